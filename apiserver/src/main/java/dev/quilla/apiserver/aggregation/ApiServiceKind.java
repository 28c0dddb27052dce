package dev.quilla.apiserver.aggregation;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.Struct;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.apiregistration.v1.APIServiceCondition;
import dev.quilla.model.apiregistration.v1.APIServiceSpec;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who serves a version of a group. */
public final class ApiServiceKind implements KindBehaviour {

    private static final int GROUP_PRIORITY_MAX = 20_000;
    private static final int VERSION_PRIORITY_MAX = 1_000;

    @Override
    public Struct defaults(Struct object) {
        APIService service = new APIService(object);
        return service.spec().hasService() && !service.spec().service().hasPort()
                ? service.toBuilder()
                        .spec(s ->
                                s.service(service.spec().service().toBuilder().port(443).build()))
                        .build()
                        .struct()
                : object;
    }

    /** What is served here is there as long as whoever says so. */
    @Override
    public Struct beforeCreate(Struct object) {
        APIService service = new APIService(object);
        if (service.spec().hasService()) {
            return object;
        }
        APIServiceCondition.Builder local =
                APIServiceCondition.builder()
                        .type("Available")
                        .status("True")
                        .reason("Local")
                        .message("Local APIServices are always available");
        service.metadata().creationTimestamp().ifPresent(local::lastTransitionTime);
        return service.toBuilder()
                .status(s -> s.conditions(List.of(local.build())))
                .build()
                .struct();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        APIService service = new APIService(object);
        APIServiceSpec spec = service.spec();
        List<FieldError> errors = new ArrayList<>();
        String name = spec.version() + "." + spec.group();
        if (!service.name().equals(name)) {
            errors.add(
                    FieldError.invalid(
                            "metadata.name",
                            service.name(),
                            "must be `spec.version+\".\"+spec.group`: \"" + name + "\""));
        }
        if (!spec.group().isEmpty()) {
            Names.subdomain(spec.group())
                    .ifPresent(
                            why -> errors.add(FieldError.invalid("spec.group", spec.group(), why)));
        }
        if (spec.group().isEmpty() && !spec.version().equals("v1")) {
            errors.add(
                    FieldError.required(
                            "spec.group",
                            "only v1 may have an empty group and it better be legacy kube"));
        }
        Names.dns1035(spec.version())
                .ifPresent(
                        why -> errors.add(FieldError.invalid("spec.version", spec.version(), why)));
        priority(spec.groupPriorityMinimum(), GROUP_PRIORITY_MAX, "groupPriorityMinimum", errors);
        priority(spec.versionPriority(), VERSION_PRIORITY_MAX, "versionPriority", errors);
        server(spec, errors);
        return errors;
    }

    private static void priority(int value, int max, String field, List<FieldError> errors) {
        if (value <= 0 || value > max) {
            errors.add(
                    FieldError.invalid(
                            "spec." + field, value, "must be positive and less than " + max));
        }
    }

    private static void server(APIServiceSpec spec, List<FieldError> errors) {
        boolean bundled = !spec.caBundle().equals(dev.quilla.model.Bytes.EMPTY);
        if (!spec.hasService()) {
            if (bundled) {
                errors.add(
                        FieldError.invalid(
                                "spec.caBundle",
                                "<pem>",
                                "local APIServices may not have a caBundle"));
            }
            if (spec.insecureSkipTLSVerify()) {
                errors.add(
                        FieldError.invalid(
                                "spec.insecureSkipTLSVerify",
                                true,
                                "local APIServices may not have insecureSkipTLSVerify"));
            }
            return;
        }
        if (spec.service().namespace().isEmpty()) {
            errors.add(FieldError.required("spec.service.namespace", ""));
        }
        if (spec.service().name().isEmpty()) {
            errors.add(FieldError.required("spec.service.name", ""));
        }
        if (spec.service().port() < 1 || spec.service().port() > 65_535) {
            errors.add(
                    FieldError.invalid(
                            "spec.service.port",
                            spec.service().port(),
                            "port is not valid: must be between 1 and 65535, inclusive"));
        }
        if (bundled && spec.insecureSkipTLSVerify()) {
            errors.add(
                    FieldError.invalid(
                            "spec.insecureSkipTLSVerify",
                            true,
                            "may not be true if caBundle is present"));
        }
    }
}
