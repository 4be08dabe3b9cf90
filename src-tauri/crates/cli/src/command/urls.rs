use crate::arguments::Urls;
use crate::exit::{Exit, Failure};
use crate::terminal;
use profile::Profile;

/// `handover urls`
pub fn urls(options: &Urls) -> Result<Exit, Failure> {
    let profile = Profile {
        provider_link: options.link.clone(),
        provider_id: options.provider_id.clone(),
        domain: options.domain.clone(),
        endpoint_base: options.endpoint_base.clone(),
        ..Profile::default()
    };
    let urls = profile
        .urls()
        .map_err(|error| Failure::usage(error.to_string(), error.hint()))?;
    if options.json {
        terminal::json(&urls)?;
    } else {
        let rows = [
            ("Integration box URL", &urls.integration_box_url),
            ("Authorization URL", &urls.authorization_url),
            ("Add action URL", &urls.add_action_url),
            ("Reconnect action URL", &urls.reconnect_action_url),
            ("Remove action URL", &urls.remove_action_url),
        ];
        let mut text = String::new();
        for (label, url) in rows {
            text.push_str(&format!("{label:<22}{url}\n"));
        }
        terminal::print(&text)?;
        for warning in &urls.warnings {
            eprintln!("handover: {}", warning.message());
        }
    }
    Ok(Exit::Well)
}
