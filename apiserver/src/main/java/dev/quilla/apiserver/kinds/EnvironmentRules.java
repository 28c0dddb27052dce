package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.EnvFromSource;
import dev.quilla.model.core.v1.EnvVar;
import dev.quilla.model.core.v1.EnvVarSource;
import dev.quilla.model.core.v1.ObjectFieldSelector;
import dev.quilla.model.core.v1.ResourceFieldSelector;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where containers' environment comes from: each variable and each set of them from one place. */
final class EnvironmentRules {

    private static final Pattern SUBSCRIPT = Pattern.compile("([^\\[]*)\\['(.*)'\\]");
    private static final Set<String> MAPS = Set.of("metadata.annotations", "metadata.labels");

    private static final List<String> FIELDS =
            List.of(
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "spec.nodeName",
                    "spec.serviceAccountName",
                    "status.hostIP",
                    "status.hostIPs",
                    "status.podIP",
                    "status.podIPs");

    private static final List<String> RESOURCES =
            List.of(
                    "limits.cpu",
                    "limits.ephemeral-storage",
                    "limits.memory",
                    "requests.cpu",
                    "requests.ephemeral-storage",
                    "requests.memory");

    private static final Set<String> CPU_DIVISORS = Set.of("0", "1", "1m");
    private static final Set<String> BYTE_DIVISORS =
            Set.of(
                    "0", "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi",
                    "1Ei");

    private EnvironmentRules() {}

    /** A variable. */
    static void variable(Struct part, String at, List<FieldError> errors) {
        EnvVar variable = new EnvVar(part);
        if (!variable.hasValueFrom()) {
            return;
        }
        String place = at + ".valueFrom";
        EnvVarSource source = variable.valueFrom();
        if (!variable.value().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            place, "", "may not be specified when `value` is not empty"));
        }
        oneOf(
                source.struct(),
                place,
                "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`,"
                        + " `secretKeyRef` or `fileKeyRef`",
                errors);
        if (source.hasFieldRef()) {
            field(source.fieldRef(), FIELDS, place + ".fieldRef", errors);
        }
        if (source.hasResourceFieldRef()) {
            resource(source.resourceFieldRef(), place + ".resourceFieldRef", errors);
        }
        if (source.hasConfigMapKeyRef()) {
            var ref = source.configMapKeyRef();
            key(ref.name(), ref.key(), place + ".configMapKeyRef", errors);
        }
        if (source.hasSecretKeyRef()) {
            var ref = source.secretKeyRef();
            key(ref.name(), ref.key(), place + ".secretKeyRef", errors);
        }
    }

    /** Variables that all come from one place. */
    static void all(Struct part, String at, List<FieldError> errors) {
        EnvFromSource source = new EnvFromSource(part);
        // The message names the list.
        oneOf(
                source.struct().without("prefix"),
                at.substring(0, at.lastIndexOf('[')),
                "must specify one of: `configMapRef` or `secretRef`",
                errors);
        named(source.hasConfigMapRef(), source.configMapRef().name(), at + ".configMapRef", errors);
        named(source.hasSecretRef(), source.secretRef().name(), at + ".secretRef", errors);
    }

    private static void named(boolean set, String name, String at, List<FieldError> errors) {
        if (set && name.isEmpty()) {
            errors.add(FieldError.required(at + ".name", ""));
        } else if (set) {
            told(Names.subdomain(name), at + ".name", name, errors);
        }
    }

    private static void oneOf(Struct part, String at, String none, List<FieldError> errors) {
        long set = part.definition().fields().stream().filter(part::has).count();
        if (set == 0) {
            errors.add(FieldError.invalid(at, "", none));
        } else if (set > 1) {
            errors.add(
                    FieldError.invalid(
                            at, "", "may not have more than one field specified at a time"));
        }
    }

    private static void key(String name, String key, String at, List<FieldError> errors) {
        told(Names.subdomain(name), at + ".name", name, errors);
        if (!key.isEmpty()) {
            told(Names.configKey(key), at + ".key", key, errors);
        }
    }

    /** A field of the pod that can be told to its containers. */
    static void field(
            ObjectFieldSelector field, List<String> known, String at, List<FieldError> errors) {
        String path = field.fieldPath();
        String place = at + ".fieldPath";
        Matcher subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            String key = subscript.group(2);
            if (!MAPS.contains(subscript.group(1))) {
                errors.add(FieldError.invalid(place, path, "does not support subscript"));
            } else {
                told(Names.qualified(key.toLowerCase(Locale.ROOT)), place, key, errors);
            }
        } else if (!path.isEmpty() && !known.contains(path)) {
            errors.add(FieldError.notSupported(place, path, known));
        }
    }

    /** How much of something a container asks for or gets, told to it. */
    static void resource(ResourceFieldSelector resource, String at, List<FieldError> errors) {
        String name = resource.resource();
        boolean pages = name.matches("(limits|requests)\\.hugepages-.+");
        if (!name.isEmpty() && !pages && !RESOURCES.contains(name)) {
            errors.add(FieldError.notSupported(at + ".resource", name, RESOURCES));
            return;
        }
        String divisor = resource.divisor().map(Quantity::toString).orElse("0");
        boolean cpu = name.endsWith(".cpu");
        Set<String> divisors = cpu ? CPU_DIVISORS : BYTE_DIVISORS;
        if (!divisors.contains(divisor)) {
            errors.add(
                    FieldError.invalid(
                            at + ".divisor",
                            divisor,
                            cpu
                                    ? "only divisor's values 1m and 1 are supported with the cpu"
                                            + " resource"
                                    : "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi,"
                                            + " 1Gi, 1Ti, 1Pi, 1Ei are supported with the "
                                            + name.substring(name.indexOf('.') + 1)
                                            + " resource"));
        }
    }

    private static void told(
            Optional<String> problem, String at, String value, List<FieldError> errors) {
        problem.ifPresent(p -> errors.add(FieldError.invalid(at, value, p)));
    }
}
