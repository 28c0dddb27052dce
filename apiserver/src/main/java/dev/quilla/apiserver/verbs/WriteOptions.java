package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The options of writes: what is kept, by whom it is sent, how strictly it is read. */
final class WriteOptions {

    private static final List<String> KNOWN = List.of("All");
    private static final List<String> VALIDATIONS = List.of("", "Ignore", "Strict", "Warn");

    /** What keeps nothing anyway. */
    private static final Set<String> READS = Set.of("get", "list", "watch");

    private static final String MANAGER = "fieldManager";
    private static final String FORCE = "force";
    private static final int MANAGER_MAX = 128;
    private static final String VALIDATION = "fieldValidation";

    private WriteOptions() {}

    /**
     * Looks at what a request says of it: who mistypes that nothing is to be kept must not find it
     * kept, nor who mistypes how strictly it is to be read find it read otherwise.
     *
     * @throws dev.quilla.model.ApiException 422 if it says anything but {@code All}, of validation
     *     what there is not, not who applies, or that what is no apply is forced
     */
    static void check(ApiCall call) {
        if (READS.contains(call.info().verb())) {
            return;
        }
        List<FieldError> errors = new ArrayList<>();
        if (call.applies() && call.text(MANAGER).isEmpty()) {
            errors.add(FieldError.required(MANAGER, "is required for apply patch"));
        }
        if (call.info().verb().equals("patch")
                && !call.applies()
                && call.param(FORCE).isPresent()) {
            errors.add(FieldError.forbidden(FORCE, "may not be specified for non-apply patch"));
        }
        call.dryRunSaid().stream()
                .filter(said -> !KNOWN.contains(said))
                .forEach(said -> errors.add(FieldError.notSupported("dryRun", said, KNOWN)));
        if (call.manager().length() > MANAGER_MAX) {
            errors.add(FieldError.tooLong(MANAGER, MANAGER_MAX));
        }
        String validation = call.text(VALIDATION);
        if (!VALIDATIONS.contains(validation)) {
            errors.add(FieldError.notSupported(VALIDATION, validation, VALIDATIONS));
        }
        if (!errors.isEmpty()) {
            throw refused(call, errors);
        }
    }

    private static ApiException refused(ApiCall call, List<FieldError> errors) {
        return ApiErrors.invalid(
                new GroupVersionKind("meta.k8s.io", "v1", options(call.info().verb())), "", errors);
    }

    private static String options(String verb) {
        return switch (verb) {
            case "create" -> "CreateOptions";
            case "update" -> "UpdateOptions";
            case "patch" -> "PatchOptions";
            default -> "DeleteOptions";
        };
    }
}
