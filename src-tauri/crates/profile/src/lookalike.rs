//! Letters that look like others: what makes a wrong address look right.

/// The plain letter a character can be mistaken for, in lower case where case does not matter to the eye.
///
/// A selection of Unicode's confusables (UTS 39): what keyboards, word processors and mail programs really put in
/// the place of the letters, digits and marks that occur in addresses, ids and secrets.
pub(crate) fn plain(character: char) -> char {
    match character {
        '0' | 'O' | 'o' | 'о' | 'О' | 'ο' | 'Ο' | '০' | 'օ' => 'o',
        '1' | 'l' | 'I' | 'i' | 'і' | 'І' | 'ι' | 'Ι' | 'ӏ' | 'Ӏ' | 'ı' | '|' | 'ǀ' => 'l',
        'а' | 'А' | 'α' | 'Α' => 'a',
        'в' | 'В' | 'Β' | '8' | 'B' => 'b',
        'с' | 'С' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'Е' | 'Ε' | 'ё' => 'e',
        'һ' | 'Н' | 'Η' => 'h',
        'ј' | 'Ј' => 'j',
        'к' | 'К' | 'κ' | 'Κ' => 'k',
        'м' | 'М' | 'Μ' => 'm',
        'Ν' | 'ո' => 'n',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' | 'Ѕ' | '5' | 'S' => 's',
        'т' | 'Т' | 'τ' | 'Τ' => 't',
        'υ' | 'ս' => 'u',
        'ѵ' | 'ν' => 'v',
        'ԝ' => 'w',
        'х' | 'Х' | 'χ' | 'Χ' => 'x',
        'у' | 'У' | 'γ' | 'Υ' => 'y',
        'Ζ' | '2' | 'Z' => 'z',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{fe58}' => '-',
        '\u{2044}' | '\u{2215}' | '\u{29f8}' => '/',
        '\u{a789}' | '\u{2236}' => ':',
        '\u{2024}' | '\u{3002}' => '.',
        // Full-width forms stand at a fixed distance from ASCII.
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(u32::from(character) - 0xfee0) {
            Some(narrow) => plain(narrow),
            None => character,
        },
        other => other.to_ascii_lowercase(),
    }
}

/// Whether two different characters can be mistaken for each other, upper and lower case of one letter aside.
pub(crate) fn alike(one: char, other: char) -> bool {
    one != other && !one.eq_ignore_ascii_case(&other) && plain(one) == plain(other)
}

/// White space and marks without width: seen by nobody, and part of the value all the same.
pub(crate) fn invisible(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Marks that change how the text around them is shown, and are not seen themselves: those that turn its direction, join or
/// part letters, or break lines. A text of somebody else must not bring them to a terminal.
pub fn is_format_mark(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
