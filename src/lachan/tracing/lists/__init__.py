"""From a case to the list of its contacts, the people under watch, their messages and the work: in one transaction."""
