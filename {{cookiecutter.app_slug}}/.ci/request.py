{%- if cookiecutter.ci != "none" -%}
{%- include "request/" ~ cookiecutter.ci ~ ".py" -%}
{%- endif -%}
