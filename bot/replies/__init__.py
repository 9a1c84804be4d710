"""What the patient reads: the sentences of domain.yml, without Rasa, and which of them answer an assessment."""
