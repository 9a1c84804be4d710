"""One case as a nurse sees it and what she can do about it."""
