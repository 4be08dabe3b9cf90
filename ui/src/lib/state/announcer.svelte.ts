/** What the live region says. One region for the whole window, so that nothing is read twice. */
class Announcer {
  text = $state("");

  /** Says something; the same words again are heard again. */
  say(text: string): void {
    // A live region reads changes only; a trailing no-break space makes a repeated text a change.
    this.text = this.text === text ? `${text}\u00a0` : text;
  }
}

export const announcer = new Announcer();
