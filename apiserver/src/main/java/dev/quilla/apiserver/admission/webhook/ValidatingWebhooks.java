package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.match.RuleMatcher;
import dev.quilla.apiserver.admission.match.Subject;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.apiserver.verbs.Concurrently;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Webhooks that may refuse what is asked for; they are asked at the same time. */
public final class ValidatingWebhooks implements Admission {

    private static final int AT_ONCE_MAX = 32;

    private final Configurations configurations;
    private final RuleMatcher matching;
    private final Caller caller;
    private final Versions versions;

    /** Asks the webhooks that are configured there. */
    public ValidatingWebhooks(ObjectStore objects, Webhooks parts) {
        this.configurations =
                new Configurations(objects, Resources.VALIDATING_WEBHOOK_CONFIGURATIONS);
        this.matching = parts.matching();
        this.caller = parts.caller();
        this.versions = parts.versions();
    }

    @Override
    public boolean handles(Request request) {
        return RuleMatcher.isOpen(request);
    }

    private record Question(Webhook hook, Subject subject) {}

    @Override
    public void validate(Request request, Optional<Struct> object) {
        List<Webhook> hooks = configurations.all();
        if (hooks.isEmpty()) {
            return;
        }
        List<Question> questions = new ArrayList<>();
        for (Webhook hook : hooks) {
            matching.match(hook.match(), request, object)
                    .ifPresent(subject -> questions.add(new Question(hook, subject)));
        }
        Concurrently.forEach(questions, AT_ONCE_MAX, this::ask);
    }

    private void ask(Question question) {
        Subject subject = question.subject();
        caller.ask(
                question.hook(),
                subject,
                false,
                subject.object().map(o -> versions.as(subject.as(), o)),
                subject.request().before().map(b -> versions.as(subject.as(), b)));
    }
}
