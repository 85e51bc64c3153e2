from django import forms


class Sample(forms.Form):
    """A field of each kind, for the page of components."""

    version = forms.CharField(label="Version the page shows", help_text="As on Status > Basics")
    when = forms.CharField(label="Begin")
    method = forms.ChoiceField(
        label="Method", choices=[("a", "Automatic"), ("m", "Manual")], widget=forms.Select
    )
    slot = forms.ChoiceField(
        label="Slot",
        choices=[("1", "first night"), ("2", "second night")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea, required=False)
    evidence = forms.FileField(label="Picture or file", required=False)
    seen = forms.BooleanField(label="I have seen the one mark to watch", required=False)

    def clean_when(self) -> str:
        raise forms.ValidationError("This time does not exist that night. The next: 03:00.")
