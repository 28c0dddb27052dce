package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Which options of a request there are and which go together, as Kubernetes' API has it. */
final class Options {

    private static final GroupVersion GROUP = new GroupVersion("meta.k8s.io", "v1");
    private static final String EXACT = "Exact";
    private static final String NOT_OLDER = "NotOlderThan";
    private static final String MATCH = "resourceVersionMatch";
    private static final String POLICY = "propagationPolicy";
    private static final List<String> POLICIES = List.of("Background", "Foreground", "Orphan");

    private Options() {}

    /**
     * Refuses options of a read that don't go together; {@link WriteOptions} looks at those of
     * writes.
     */
    static void check(ApiCall call) {
        switch (call.info().verb()) {
            case "list" -> refuse("ListOptions", list(call));
            case "watch" -> refuse("ListOptions", watch(call));
            default -> {
                // Those of a deletion may stand in its body; others have none.
            }
        }
    }

    /**
     * How long a call may last.
     *
     * @throws dev.quilla.model.ApiException 400 if that is no number
     */
    static OptionalLong seconds(ApiCall call) {
        String text = call.text("timeoutSeconds");
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw ApiErrors.badRequest(
                    "timeoutSeconds must be a whole number, not \"" + text + "\"");
        }
    }

    /** Refuses options of a deletion, wherever they stood. */
    static void check(DeleteOptions options) {
        List<FieldError> errors = new ArrayList<>();
        String policy = options.propagationPolicy();
        if (options.hasPropagationPolicy() && options.hasOrphanDependents()) {
            errors.add(
                    FieldError.invalid(
                            POLICY,
                            policy,
                            "orphanDependents and deletionPropagation cannot be both set"));
        }
        if (options.hasPropagationPolicy() && !POLICIES.contains(policy)) {
            errors.add(FieldError.notSupported(POLICY, policy, POLICIES));
        }
        refuse("DeleteOptions", errors);
    }

    private static List<FieldError> list(ApiCall call) {
        List<FieldError> errors = new ArrayList<>();
        String match = call.text(MATCH);
        String version = call.text("resourceVersion");
        if (!match.isEmpty()) {
            if (version.isEmpty()) {
                errors.add(forbidden("is forbidden unless resourceVersion is provided"));
            }
            if (!call.text("continue").isEmpty()) {
                errors.add(forbidden("is forbidden when continue is provided"));
            }
            if (!match.equals(EXACT) && !match.equals(NOT_OLDER)) {
                errors.add(FieldError.notSupported(MATCH, match, List.of(EXACT, NOT_OLDER, "")));
            }
            if (match.equals(EXACT) && version.equals("0")) {
                errors.add(forbidden("\"exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        // Lists take as long as they take, which is no reason to be told nonsense.
        seconds(call);
        if (call.param("sendInitialEvents").isPresent()) {
            errors.add(
                    FieldError.forbidden(
                            "sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        return errors;
    }

    private static List<FieldError> watch(ApiCall call) {
        List<FieldError> errors = new ArrayList<>();
        String match = call.text(MATCH);
        boolean initialEvents = call.param("sendInitialEvents").isPresent();
        if (initialEvents && !match.equals(NOT_OLDER)) {
            errors.add(
                    FieldError.forbidden(
                            MATCH,
                            "sendInitialEvents requires setting " + MATCH + " to NotOlderThan"));
        }
        if (!match.isEmpty()) {
            if (!initialEvents) {
                errors.add(
                        forbidden("is forbidden for watch unless sendInitialEvents is provided"));
            }
            if (!match.equals(NOT_OLDER)) {
                errors.add(FieldError.notSupported(MATCH, match, List.of(NOT_OLDER)));
            }
        }
        if (!call.text("continue").isEmpty()) {
            errors.add(forbidden("is forbidden when continue is provided"));
        }
        return errors;
    }

    private static FieldError forbidden(String why) {
        return FieldError.forbidden(MATCH, MATCH + " " + why);
    }

    private static void refuse(String kind, List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ApiErrors.invalid(GROUP.kind(kind), "", errors);
        }
    }
}
