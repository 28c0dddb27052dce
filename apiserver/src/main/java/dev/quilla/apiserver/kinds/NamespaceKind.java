package dev.quilla.apiserver.kinds;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Namespaces: deleted ones are closed at once and go when they are empty. */
final class NamespaceKind implements KindBehaviour {

    /** Who empties it: it goes when nobody is left. */
    private static final String CLUSTER = "kubernetes";

    private static final String NAME_LABEL = "kubernetes.io/metadata.name";

    @Override
    public Struct defaults(Struct object) {
        Namespace namespace = new Namespace(object);
        Map<String, String> labels = new HashMap<>(namespace.metadata().labels());
        if (namespace.name().isEmpty()
                || namespace.name().equals(labels.put(NAME_LABEL, namespace.name()))) {
            return object;
        }
        return namespace.toBuilder().metadata(m -> m.labels(labels)).build().struct();
    }

    @Override
    public Struct beforeCreate(Struct object) {
        Namespace namespace = new Namespace(object);
        List<String> finalizers = new ArrayList<>(namespace.spec().finalizers());
        if (!finalizers.contains(CLUSTER)) {
            finalizers.add(CLUSTER);
        }
        return namespace.toBuilder()
                .spec(s -> s.finalizers(finalizers))
                .status(s -> s.phase("Active"))
                .build()
                .struct();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        List<String> finalizers = new Namespace(object).spec().finalizers();
        return finalizers.stream()
                .filter(f -> !f.equals(CLUSTER) && !f.contains("/"))
                .map(f ->
                        FieldError.invalid(
                                "spec.finalizers",
                                f,
                                "name is neither a standard finalizer name nor is it fully qualified"))
                .toList();
    }

    @Override
    public Struct beforeUpdate(Struct before, Struct object) {
        Namespace old = new Namespace(before);
        Namespace now = new Namespace(object);
        if (!now.metadata().hasDeletionTimestamp()) {
            return now.toBuilder().spec(old.spec()).build().struct();
        }
        return now.toBuilder()
                .spec(old.spec())
                .status(s -> s.phase("Terminating"))
                .build()
                .struct();
    }

    @Override
    public Struct claim(
            ObjectStore.Write write, Optional<Struct> before, Struct object, int attempt) {
        Namespace namespace = new Namespace(object);
        if (namespace.metadata().hasDeletionTimestamp()) {
            write.mark(Keys.terminating(namespace.name()));
        }
        return object;
    }

    @Override
    public void release(ObjectStore.Write write, Struct object) {
        String name = new Namespace(object).name();
        write.release(Keys.terminating(name)).release(Keys.quotaSet(name));
    }

    @Override
    public boolean heldBy(Struct object) {
        return !new Namespace(object).spec().finalizers().isEmpty();
    }
}
