"""Addresses of the roll-out: projects and business cases for L&D, shown ones for sponsors, and the files made of them; documents about data for the works council; the survey and the story of managers."""

from django.urls import path

from reconvene.rollout import case_views, gate_views, paper_views, plan_views, story_views, survey_views

urlpatterns = [
    path("business-cases/", case_views.business_cases, name="business-cases"),
    path("business-cases/<uuid:case_id>/", case_views.business_case, name="business-case"),
    path("business-cases/<uuid:case_id>/assumptions/", case_views.assumptions, name="business-case-assumptions"),
    path("business-cases/<uuid:case_id>/assumptions/preview/", case_views.assumptions_preview, name="business-case-preview"),
    path("business-cases/<uuid:case_id>/showing/", case_views.showing, name="business-case-showing"),
    path("business-cases/<uuid:case_id>/removal/", case_views.removal, name="business-case-removal"),
    path("business-cases/<uuid:case_id>/printouts/<slug:kind>/", case_views.printout, name="business-case-printout"),
    path("business-cases/<uuid:case_id>/printouts/<slug:kind>/file/", case_views.printout_file, name="business-case-printout-file"),
    path("business-cases/<uuid:case_id>/drawings/<slug:name>.svg", case_views.drawing, name="business-case-drawing"),
    path("roll-outs/", plan_views.projects, name="roll-outs"),
    path("roll-outs/stories/", story_views.stories, name="stories"),
    path("roll-outs/<uuid:project_id>/", plan_views.project, name="roll-out"),
    path("roll-outs/<uuid:project_id>/plan/", plan_views.plan_page, name="roll-out-plan"),
    path("roll-outs/<uuid:project_id>/tasks/", plan_views.tasks, name="roll-out-tasks"),
    path("roll-outs/<uuid:project_id>/tasks/<uuid:task_id>/", plan_views.task, name="roll-out-task"),
    path("roll-outs/<uuid:project_id>/test/", plan_views.exit_test, name="roll-out-test"),
    path("roll-outs/<uuid:project_id>/showing/", plan_views.showing, name="roll-out-showing"),
    path("roll-outs/<uuid:project_id>/removal/", plan_views.removal, name="roll-out-removal"),
    path("roll-outs/<uuid:project_id>/readiness/", plan_views.readiness_page, name="roll-out-readiness"),
    path("roll-outs/<uuid:project_id>/pilot/", plan_views.pilot, name="roll-out-pilot"),
    path("roll-outs/<uuid:project_id>/survey/", survey_views.survey, name="roll-out-survey"),
    path("roll-outs/<uuid:project_id>/formal/", plan_views.formal, name="roll-out-formal"),
    path("roll-outs/<uuid:project_id>/gates/", gate_views.gates, name="roll-out-gates"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/", gate_views.gate, name="roll-out-gate"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/lines/", gate_views.lines, name="roll-out-lines"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/signing/", gate_views.signing, name="roll-out-signing"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/judging/", gate_views.judging, name="roll-out-judging"),
    path("roll-outs/<uuid:project_id>/gates/<uuid:gate_id>/judgements/<uuid:judgement_id>/", gate_views.decision, name="roll-out-decision"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/", paper_views.paper, name="roll-out-paper"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/text/", paper_views.paper_text, name="roll-out-paper-text"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/markdown/", paper_views.paper_markdown, name="roll-out-paper-markdown"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/printout/", paper_views.paper_printout, name="roll-out-printout"),
    path("roll-outs/<uuid:project_id>/papers/<slug:kind>/printout/file/", paper_views.paper_file, name="roll-out-printout-file"),
    path("console/oversight/documents/", paper_views.data_papers, name="data-papers"),
    path("console/oversight/documents/<uuid:project_id>/<slug:kind>/", paper_views.data_paper, name="data-paper"),
    path(
        "console/oversight/documents/<uuid:project_id>/<slug:kind>/markdown/", paper_views.data_paper_markdown, name="data-paper-markdown"
    ),
    path("needs/<str:token>/", survey_views.needs, name="needs"),
    path("story/", story_views.story, name="story"),
]
