package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.volumes.DownwardFields;
import dev.quilla.kubelet.volumes.VolumeSources;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EnvFromSource;
import dev.quilla.model.core.v1.EnvVar;
import dev.quilla.model.core.v1.EnvVarSource;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A container's environment variables, and references to them in commands. */
final class Environment {

    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$|\\$\\(([A-Za-z_.-][\\w.-]*)\\)");

    /** Looks up what variables and volumes refer to. */
    interface Sources extends VolumeSources {

        /** Services whose addresses pods find in their environment. */
        List<Service> services(String namespace);
    }

    /** Something that a variable refers to is not there yet. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;

        MissingException(String message) {
            super(message);
        }
    }

    private final Pod pod;
    private final String podIp;
    private final String hostIp;
    private final boolean tellsAddress;
    private final Sources sources;
    private final DownwardFields fields;

    /**
     * The environment of a pod's containers.
     *
     * @param tellsAddress sets {@code POD_IP}, which programs should bind where pods share the
     *     machine's network
     */
    Environment(
            Pod pod,
            String podIp,
            String hostIp,
            boolean tellsAddress,
            Sources sources,
            DownwardFields fields) {
        this.pod = pod;
        this.podIp = podIp;
        this.hostIp = hostIp;
        this.tellsAddress = tellsAddress;
        this.sources = sources;
        this.fields = fields;
    }

    Map<String, String> of(Container container) throws MissingException {
        Map<String, String> variables = new LinkedHashMap<>();
        if (!pod.spec().hostNetwork()) {
            variables.put("HOSTNAME", PodFiles.hostname(pod));
        }
        if (tellsAddress) {
            variables.put("POD_IP", podIp);
        }
        if (!pod.spec().hasEnableServiceLinks() || pod.spec().enableServiceLinks()) {
            sources.services(pod.namespace()).forEach(s -> service(s, variables));
        }
        sources.services("default").stream()
                .filter(s -> s.name().equals("kubernetes"))
                .forEach(s -> service(s, variables));
        for (EnvFromSource from : container.envFrom()) {
            all(from, variables);
        }
        for (EnvVar variable : container.env()) {
            String value =
                    variable.hasValueFrom()
                            ? value(variable.valueFrom(), container)
                            : expand(variable.value(), variables);
            if (value != null) {
                variables.put(variable.name(), value);
            }
        }
        return variables;
    }

    /** Replaces {@code $(NAME)}; unknown names stay as they are, and {@code $$} is a dollar. */
    static String expand(String text, Map<String, String> variables) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1);
            String replacement = name == null ? "$" : variables.getOrDefault(name, matcher.group());
            matcher.appendReplacement(result, Matcher.quoteReplacement(replacement));
        }
        return matcher.appendTail(result).toString();
    }

    /** The first name that a text refers to and that has no value. */
    static Optional<String> unknown(String text, Map<String, String> variables) {
        return REFERENCE
                .matcher(text)
                .results()
                .map(r -> r.group(1))
                .filter(name -> name != null && !variables.containsKey(name))
                .findFirst();
    }

    private static void service(Service service, Map<String, String> variables) {
        String address = service.spec().clusterIP();
        if (address.isEmpty() || address.equals("None") || service.spec().ports().isEmpty()) {
            return;
        }
        String prefix = service.name().toUpperCase(Locale.ROOT).replace('-', '_');
        ServicePort first = service.spec().ports().getFirst();
        variables.put(prefix + "_SERVICE_HOST", address);
        variables.put(prefix + "_SERVICE_PORT", Integer.toString(first.port()));
        variables.put(prefix + "_PORT", url(first, address));
        for (ServicePort port : service.spec().ports()) {
            String protocol = protocol(port);
            String one = prefix + "_PORT_" + port.port() + "_" + protocol.toUpperCase(Locale.ROOT);
            variables.put(one, url(port, address));
            variables.put(one + "_PROTO", protocol);
            variables.put(one + "_PORT", Integer.toString(port.port()));
            variables.put(one + "_ADDR", address);
            if (!port.name().isEmpty()) {
                variables.put(
                        prefix
                                + "_SERVICE_PORT_"
                                + port.name().toUpperCase(Locale.ROOT).replace('-', '_'),
                        Integer.toString(port.port()));
            }
        }
    }

    private static String protocol(ServicePort port) {
        return port.protocol().isEmpty() ? "tcp" : port.protocol().toLowerCase(Locale.ROOT);
    }

    private static String url(ServicePort port, String address) {
        return protocol(port) + "://" + address + ":" + port.port();
    }

    private void all(EnvFromSource from, Map<String, String> variables) throws MissingException {
        if (from.hasConfigMapRef()) {
            Optional<ConfigMap> map = sources.configMap(key(from.configMapRef().name()));
            require(
                    map.isPresent() || from.configMapRef().optional(),
                    "configmap",
                    from.configMapRef().name());
            map.ifPresent(m -> m.data().forEach((k, v) -> variables.put(from.prefix() + k, v)));
        }
        if (from.hasSecretRef()) {
            Optional<Secret> secret = sources.secret(key(from.secretRef().name()));
            require(
                    secret.isPresent() || from.secretRef().optional(),
                    "secret",
                    from.secretRef().name());
            secret.ifPresent(
                    s -> s.data().forEach((k, v) -> variables.put(from.prefix() + k, v.toUtf8())));
        }
    }

    private @org.jspecify.annotations.Nullable String value(
            EnvVarSource source, Container container) throws MissingException {
        if (source.hasFieldRef()) {
            return field(source.fieldRef().fieldPath());
        }
        if (source.hasConfigMapKeyRef()) {
            var ref = source.configMapKeyRef();
            Optional<ConfigMap> map = sources.configMap(key(ref.name()));
            require(map.isPresent() || ref.optional(), "configmap", ref.name());
            Optional<String> value = map.map(m -> m.data().get(ref.key()));
            requireKey(value.isPresent() || ref.optional(), ref.key(), "ConfigMap", ref.name());
            return value.orElse(null);
        }
        if (source.hasSecretKeyRef()) {
            var ref = source.secretKeyRef();
            Optional<Secret> secret = sources.secret(key(ref.name()));
            require(secret.isPresent() || ref.optional(), "secret", ref.name());
            Optional<Bytes> value = secret.map(s -> s.data().get(ref.key()));
            requireKey(value.isPresent() || ref.optional(), ref.key(), "Secret", ref.name());
            return value.map(Bytes::toUtf8).orElse(null);
        }
        if (source.hasResourceFieldRef()) {
            return fields.resource(container, source.resourceFieldRef());
        }
        return "";
    }

    private static void require(boolean there, String kind, String what) throws MissingException {
        if (!there) {
            throw new MissingException(kind + " \"" + what + "\" not found");
        }
    }

    private void requireKey(boolean there, String key, String kind, String name)
            throws MissingException {
        if (!there) {
            throw new MissingException(
                    "couldn't find key %s in %s %s/%s".formatted(key, kind, pod.namespace(), name));
        }
    }

    private ObjectKey key(String name) {
        return new ObjectKey(pod.namespace(), name);
    }

    private String field(String path) {
        return switch (path) {
            case "status.podIP", "status.podIPs" -> podIp;
            case "status.hostIP", "status.hostIPs" -> hostIp;
            default -> DownwardFields.field(pod, path);
        };
    }
}
