"""Remote systems, one package each: a connector speaks a remote's language, classes its errors, decides nothing."""
