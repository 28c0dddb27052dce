package dev.quilla.apiserver.kinds;

import dev.quilla.model.Bytes;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Endpoints;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.PodTemplate;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.model.rbac.v1.ClusterRoleBinding;
import dev.quilla.model.rbac.v1.RoleBinding;
import dev.quilla.model.rbac.v1.Subject;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kinds with a rule or two. */
final class SimpleKinds {

    private static final int DATA_BYTES_MAX = 1 << 20;
    private static final String RBAC = "rbac.authorization.k8s.io";

    private SimpleKinds() {}

    static final class OfConfigMap implements KindBehaviour {
        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            ConfigMap now = new ConfigMap(object);
            List<FieldError> errors = new ArrayList<>();
            long size = 0;
            for (var entry : now.data().entrySet()) {
                size += entry.getKey().length() + entry.getValue().length();
                Names.configKey(entry.getKey())
                        .ifPresent(p ->
                                errors.add(
                                        FieldError.invalid(
                                                "data[" + entry.getKey() + "]",
                                                entry.getKey(),
                                                p)));
                if (now.binaryData().containsKey(entry.getKey())) {
                    errors.add(
                            FieldError.invalid(
                                    "data[" + entry.getKey() + "]",
                                    entry.getKey(),
                                    "duplicate of key present in binaryData"));
                }
            }
            if (size > DATA_BYTES_MAX) {
                errors.add(FieldError.tooLong("", DATA_BYTES_MAX));
            }
            before.map(ConfigMap::new)
                    .filter(ConfigMap::immutable)
                    .filter(old ->
                            !old.data().equals(now.data())
                                    || !old.binaryData().equals(now.binaryData())
                                    || !now.immutable())
                    .ifPresent(old ->
                            errors.add(
                                    FieldError.forbidden(
                                            "data", "field is immutable when `immutable` is set")));
            return errors;
        }
    }

    static final class OfPodTemplate implements KindBehaviour {
        @Override
        public Struct defaults(Struct object) {
            PodTemplate template = new PodTemplate(object);
            return template.hasTemplate()
                    ? template.toBuilder()
                            .template(PodTemplates.defaults(template.template()))
                            .build()
                            .struct()
                    : object;
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            PodTemplate template = new PodTemplate(object);
            return template.hasTemplate()
                    ? PodRules.check(template.template(), "template")
                    : List.of(FieldError.required("template", ""));
        }
    }

    static final class OfSecret implements KindBehaviour {
        @Override
        public Struct defaults(Struct object) {
            Secret secret = new Secret(object);
            Secret.Builder b = secret.toBuilder();
            if (secret.type().isEmpty()) {
                b.type("Opaque");
            }
            if (secret.hasStringData()) {
                Map<String, Bytes> data = new LinkedHashMap<>(secret.data());
                secret.stringData().forEach((key, text) -> data.put(key, Bytes.utf8(text)));
                b.data(data).clearStringData();
            }
            return b.build().struct();
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            Secret now = new Secret(object);
            List<FieldError> errors = new ArrayList<>();
            now.data()
                    .keySet()
                    .forEach(key ->
                            Names.configKey(key)
                                    .ifPresent(p ->
                                            errors.add(
                                                    FieldError.invalid(
                                                            "data[" + key + "]", key, p))));
            errors.addAll(SecretRules.check(now));
            before.map(Secret::new)
                    .ifPresent(old -> {
                        if (!old.type().equals(now.type())) {
                            errors.add(
                                    FieldError.invalid("type", now.type(), "field is immutable"));
                        }
                        if (old.immutable()
                                && (!old.data().equals(now.data()) || !now.immutable())) {
                            errors.add(
                                    FieldError.forbidden(
                                            "data", "field is immutable when `immutable` is set"));
                        }
                    });
            return errors;
        }
    }

    static final class OfRoleBinding implements KindBehaviour {
        @Override
        public Struct defaults(Struct object) {
            RoleBinding binding = new RoleBinding(object);
            return binding.toBuilder()
                    .roleRef(r -> binding.roleRef().apiGroup().isEmpty() ? r.apiGroup(RBAC) : r)
                    .subjects(subjects(binding.subjects()))
                    .build()
                    .struct();
        }
    }

    static final class OfClusterRoleBinding implements KindBehaviour {
        @Override
        public Struct defaults(Struct object) {
            ClusterRoleBinding binding = new ClusterRoleBinding(object);
            return binding.toBuilder()
                    .roleRef(r -> binding.roleRef().apiGroup().isEmpty() ? r.apiGroup(RBAC) : r)
                    .subjects(subjects(binding.subjects()))
                    .build()
                    .struct();
        }
    }

    private static List<Subject> subjects(List<Subject> subjects) {
        return subjects.stream()
                .map(s ->
                        s.apiGroup().isEmpty() && !s.kind().equals("ServiceAccount")
                                ? s.toBuilder().apiGroup(RBAC).build()
                                : s)
                .toList();
    }

    static final class OfNode implements KindBehaviour {
        /** What a node has it gives, unless it says that it gives less. */
        @Override
        public Struct defaults(Struct object) {
            Node node = new Node(object);
            return node.status().hasCapacity() && !node.status().hasAllocatable()
                    ? node.toBuilder()
                            .status(s -> s.allocatable(node.status().capacity()))
                            .build()
                            .struct()
                    : object;
        }
    }

    static final class OfEndpointSlice implements KindBehaviour {
        @Override
        public Struct defaults(Struct object) {
            EndpointSlice slice = new EndpointSlice(object);
            return slice.toBuilder()
                    .ports(
                            slice.ports().stream()
                                    .map(p -> {
                                        var b = p.toBuilder();
                                        if (!p.hasName()) {
                                            b.name("");
                                        }
                                        if (!p.hasProtocol()) {
                                            b.protocol("TCP");
                                        }
                                        return b.build();
                                    })
                                    .toList())
                    .build()
                    .struct();
        }
    }

    static final class OfComponentStatuses implements KindBehaviour {
        @Override
        public Optional<String> deprecation() {
            return Optional.of("v1 ComponentStatus is deprecated in v1.19+");
        }
    }

    static final class OfEndpoints implements KindBehaviour {
        @Override
        public Optional<String> deprecation() {
            return Optional.of(
                    "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
        }

        @Override
        public Struct defaults(Struct object) {
            Endpoints endpoints = new Endpoints(object);
            return endpoints.toBuilder()
                    .subsets(
                            endpoints.subsets().stream()
                                    .map(s ->
                                            s.toBuilder()
                                                    .ports(
                                                            s.ports().stream()
                                                                    .map(p ->
                                                                            p.hasProtocol()
                                                                                    ? p
                                                                                    : p.toBuilder()
                                                                                            .protocol(
                                                                                                    "TCP")
                                                                                            .build())
                                                                    .toList())
                                                    .build())
                                    .toList())
                    .build()
                    .struct();
        }
    }
}
