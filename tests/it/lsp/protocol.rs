//! Clients that cancel, die, come too early, stay too long or talk nonsense: served or refused, and never a crash.
