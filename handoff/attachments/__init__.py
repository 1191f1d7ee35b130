"""Files and pictures that people send: what is accepted (`kinds`) and where it is kept (`storage`)."""
