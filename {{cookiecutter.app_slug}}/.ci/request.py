{%- if template_module("making.files").is_wanted(".ci/request.py", cookiecutter) -%}
{%- include "request/" ~ cookiecutter.ci ~ ".py" -%}
{%- endif -%}
