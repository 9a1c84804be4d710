"""The pages: patient chat and nurse console, over the store and the care port."""
