package dev.quilla.apiserver.registry;

import dev.quilla.model.GroupResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;

/** Where things are in the store. */
public final class Keys {

    private static final String OBJECTS = "/objects/";

    private Keys() {}

    /** An object. */
    public static Key object(GroupResource resource, ObjectKey key) {
        return new Key(prefix(resource, key.namespace()) + key.name());
    }

    /** All objects of a resource, or of one namespace. */
    public static KeyRange objects(GroupResource resource, String namespace) {
        return KeyRange.prefix(prefix(resource, namespace));
    }

    /** Exists while a namespace is being emptied: nothing is made in it then. */
    public static Key terminating(String namespace) {
        return new Key("/terminating/" + namespace);
    }

    /** Exists while a service has that address. */
    public static Key serviceAddress(String address) {
        return new Key("/service-addresses/" + address);
    }

    /** Exists while a service has that port on all nodes. */
    public static Key nodePort(String protocol, int port) {
        return new Key("/node-ports/" + protocol + "/" + port);
    }

    private static String prefix(GroupResource resource, String namespace) {
        String group = resource.group().isEmpty() ? "core" : resource.group();
        String base = OBJECTS + group + "/" + resource.resource() + "/";
        return namespace.isEmpty() ? base : base + namespace + "/";
    }
}
