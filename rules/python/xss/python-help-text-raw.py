from django import forms
from django.utils.html import escape


def fields(question, texts):
    # ruleid: python-help-text-raw
    yield forms.CharField(label=question.title, help_text=question.hint)
    # ruleid: python-help-text-raw
    yield forms.IntegerField(help_text=texts["number"])
    # ok: python-help-text-raw
    yield forms.CharField(label=question.title, help_text=escape(question.hint))
    # ok: python-help-text-raw
    yield forms.CharField(label=question.title, help_text="At most 20 letters")
    # ok: python-help-text-raw
    yield forms.CharField(label=question.title, help_text=_("At most 20 letters"))
