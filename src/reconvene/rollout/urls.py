"""Addresses of the roll-out: projects and business cases for L&D, shown ones for sponsors, and the files made of them; the survey and the story of managers."""

from django.urls import path

from reconvene.rollout import project_views, views

urlpatterns = [
    path("business-cases/", views.business_cases, name="business-cases"),
    path("business-cases/<uuid:case_id>/", views.business_case, name="business-case"),
    path("business-cases/<uuid:case_id>/assumptions/", views.assumptions, name="business-case-assumptions"),
    path("business-cases/<uuid:case_id>/showing/", views.showing, name="business-case-showing"),
    path("business-cases/<uuid:case_id>/removal/", views.removal, name="business-case-removal"),
    path("business-cases/<uuid:case_id>/printouts/<slug:kind>/", views.printout, name="business-case-printout"),
    path("business-cases/<uuid:case_id>/printouts/<slug:kind>/file/", views.printout_file, name="business-case-printout-file"),
    path("business-cases/<uuid:case_id>/drawings/<slug:name>.svg", views.drawing, name="business-case-drawing"),
    path("roll-outs/", project_views.projects, name="roll-outs"),
    path("roll-outs/stories/", project_views.stories, name="stories"),
    path("roll-outs/<uuid:project_id>/", project_views.project, name="roll-out"),
    path("roll-outs/<uuid:project_id>/plan/", project_views.plan_page, name="roll-out-plan"),
    path("roll-outs/<uuid:project_id>/tasks/", project_views.tasks, name="roll-out-tasks"),
    path("roll-outs/<uuid:project_id>/tasks/<uuid:task_id>/", project_views.task, name="roll-out-task"),
    path("roll-outs/<uuid:project_id>/showing/", project_views.showing, name="roll-out-showing"),
    path("roll-outs/<uuid:project_id>/removal/", project_views.removal, name="roll-out-removal"),
    path("roll-outs/<uuid:project_id>/readiness/", project_views.readiness_page, name="roll-out-readiness"),
    path("roll-outs/<uuid:project_id>/pilot/", project_views.pilot, name="roll-out-pilot"),
    path("roll-outs/<uuid:project_id>/survey/", project_views.survey, name="roll-out-survey"),
    path("roll-outs/<uuid:project_id>/formal/", project_views.formal, name="roll-out-formal"),
    path("roll-outs/<uuid:project_id>/gates/", project_views.gates, name="roll-out-gates"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/", project_views.gate, name="roll-out-gate"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/lines/", project_views.lines, name="roll-out-lines"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/signing/", project_views.signing, name="roll-out-signing"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/judging/", project_views.judging, name="roll-out-judging"),
    path(
        "roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/judgements/<uuid:judgement_id>/", project_views.decision, name="roll-out-decision"
    ),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/", project_views.paper, name="roll-out-paper"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/text/", project_views.paper_text, name="roll-out-paper-text"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/markdown/", project_views.paper_markdown, name="roll-out-paper-markdown"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/printout/", project_views.paper_printout, name="roll-out-printout"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/printout/file/", project_views.paper_file, name="roll-out-printout-file"),
    path("needs/<str:token>/", project_views.needs, name="needs"),
    path("story/", project_views.story, name="story"),
]
