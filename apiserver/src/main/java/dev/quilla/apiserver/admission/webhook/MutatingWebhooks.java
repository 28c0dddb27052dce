package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.admission.match.RuleMatcher;
import dev.quilla.apiserver.admission.match.Subject;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Bytes;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import dev.quilla.model.admission.v1.AdmissionResponse;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.patch.JsonPatch;
import dev.quilla.model.patch.PatchException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks that may change what is written, one after the other. What they change passes the
 * policies before them again, and after that the webhooks that ask to be called again for what
 * others changed: once, so that two which disagree come to an end.
 */
public final class MutatingWebhooks implements Admission {

    private final Configurations configurations;
    private final RuleMatcher matching;
    private final Caller caller;
    private final Versions versions;
    private final AdmissionChain earlier;

    /**
     * Asks the webhooks that are configured there.
     *
     * @param earlier the policies that come before
     */
    public MutatingWebhooks(ObjectStore objects, Webhooks parts, AdmissionChain earlier) {
        this.configurations =
                new Configurations(objects, Resources.MUTATING_WEBHOOK_CONFIGURATIONS);
        this.matching = parts.matching();
        this.caller = parts.caller();
        this.versions = parts.versions();
        this.earlier = earlier;
    }

    @Override
    public boolean handles(Request request) {
        return RuleMatcher.isOpen(request);
    }

    @Override
    public Struct admit(Request request, Struct object) {
        List<Webhook> hooks = configurations.all();
        if (hooks.isEmpty()) {
            return object;
        }
        Round first = new Round(request, object);
        first.ask(hooks);
        if (first.object.equals(object)) {
            return first.object;
        }
        Struct readmitted = earlier.admit(request, first.object);
        Round second = new Round(request, readmitted);
        boolean changedAgain = !readmitted.equals(first.object);
        second.ask(
                hooks.stream()
                        .filter(changedAgain ? first.willing::contains : first.outdated::contains)
                        .toList());
        return second.object;
    }

    /** Webhooks hear of deletions too, though there is nothing that they could change. */
    @Override
    public void validate(Request request, Optional<Struct> object) {
        if (request.operation() != Operation.DELETE) {
            return;
        }
        for (Webhook hook : configurations.all()) {
            matching.match(hook.match(), request, Optional.empty())
                    .flatMap(subject ->
                            caller.ask(
                                    hook,
                                    subject,
                                    true,
                                    Optional.empty(),
                                    request.before().map(b -> versions.as(subject.as(), b))))
                    .filter(response -> !response.patch().equals(Bytes.EMPTY))
                    .ifPresent(response -> {
                        throw ApiErrors.internal(
                                "admission webhook \"%s\" attempted to modify the object, which is not supported for this operation"
                                        .formatted(hook.name()));
                    });
        }
    }

    /** One call of each webhook. Used once. */
    private final class Round {
        private final Request request;
        private Struct object;

        /** Those that were called, and want to be called again for later changes. */
        private final Set<Webhook> willing = new HashSet<>();

        /** Those of them after which something was changed. */
        private final Set<Webhook> outdated = new HashSet<>();

        Round(Request request, Struct object) {
            this.request = request;
            this.object = object;
        }

        void ask(List<Webhook> hooks) {
            for (Webhook hook : hooks) {
                Optional<Subject> subject =
                        matching.match(hook.match(), request, Optional.of(object));
                if (subject.isPresent() && ask(hook, subject.get())) {
                    outdated.addAll(willing);
                }
                if (subject.isPresent() && hook.again()) {
                    willing.add(hook);
                }
            }
        }

        private boolean ask(Webhook hook, Subject subject) {
            Struct told = versions.as(subject.as(), object);
            Optional<Struct> before = request.before().map(b -> versions.as(subject.as(), b));
            Optional<AdmissionResponse> response =
                    caller.ask(hook, subject, true, Optional.of(told), before);
            if (response.isEmpty() || response.get().patch().equals(Bytes.EMPTY)) {
                return false;
            }
            Struct patched = patched(hook, told, response.get().patch());
            if (patched.equals(told)) {
                return false;
            }
            Struct changed = versions.as(request.resource(), patched);
            object = request.writes() ? defaulted(hook, changed) : changed;
            return true;
        }

        private Struct defaulted(Webhook hook, Struct changed) {
            for (List<String> kept :
                    List.of(List.of("name"), List.of("namespace"), List.of("uid"))) {
                String before = object.text("metadata", kept.getFirst());
                if (!before.equals(changed.text("metadata", kept.getFirst()))) {
                    throw ApiErrors.internal(
                            "admission webhook \"%s\" attempted to change metadata.%s"
                                    .formatted(hook.name(), kept.getFirst()));
                }
            }
            return request.resource().behaviour().defaults(changed);
        }
    }

    private static Struct patched(Webhook hook, Struct told, Bytes patch) {
        try {
            Map<String, @Nullable Object> tree = JsonTree.parseObject(JsonCodec.encode(told));
            Object result = JsonPatch.apply(tree, JsonTree.parse(patch.shared()));
            return JsonCodec.decode(told.definition(), JsonTree.write(result));
        } catch (PatchException | DecodeException e) {
            throw ApiErrors.internal(
                    "the patch of admission webhook \"%s\" can't be used: %s"
                            .formatted(hook.name(), e.getMessage()));
        }
    }
}
