"""translate.upgrade: code moved from an old version of a library to a new one."""
