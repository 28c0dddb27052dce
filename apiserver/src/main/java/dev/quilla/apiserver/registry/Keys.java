package dev.quilla.apiserver.registry;

import dev.quilla.model.GroupResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.validation.Names;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import java.util.Map;
import java.util.Optional;

/** Where things are in the store. */
public final class Keys {

    private static final String OBJECTS = "/objects/";
    private static final String QUOTA_SETS = "/quotas/set/";
    private static final String QUOTA_USAGES = "/quotas/usage/";

    private static final Map<GroupResource, GroupResource> HOMES =
            Map.of(new GroupResource("events.k8s.io", "events"), new GroupResource("", "events"));

    private Keys() {}

    /** An object. */
    public static Key object(GroupResource resource, ObjectKey key) {
        return new Key(prefix(resource, key.namespace()) + key.name());
    }

    /** Whether an object may have that name: any text may be asked for. */
    public static boolean isPossible(ObjectKey key) {
        return key.name().length() <= Names.PATH_SEGMENT_MAX
                && key.namespace().length() <= Names.LABEL_MAX;
    }

    /** All objects of a resource, or of one namespace. */
    public static KeyRange objects(GroupResource resource, String namespace) {
        return KeyRange.prefix(prefix(resource, namespace));
    }

    /** All objects of all resources of a group. */
    public static KeyRange group(String group) {
        return KeyRange.prefix(OBJECTS + group + "/");
    }

    /** All objects. */
    public static KeyRange allObjects() {
        return KeyRange.prefix(OBJECTS);
    }

    /** Whose object is at a key of {@link #allObjects}. */
    static GroupResource resourceOf(Key key) {
        String[] parts = key.text().substring(OBJECTS.length()).split("/", 3);
        return new GroupResource(parts[0].equals("core") ? "" : parts[0], parts[1]);
    }

    /** Which object of its resource is at a key of {@link #allObjects}. */
    public static ObjectKey objectOf(Key key) {
        String rest = key.text().substring(OBJECTS.length()).split("/", 3)[2];
        int slash = rest.indexOf('/');
        return slash < 0
                ? new ObjectKey("", rest)
                : new ObjectKey(rest.substring(0, slash), rest.substring(slash + 1));
    }

    /** Exists while a namespace is being emptied: nothing is made in it then. */
    public static Key terminating(String namespace) {
        return new Key("/terminating/" + namespace);
    }

    /** Exists while a service has that port on all nodes. */
    public static Key nodePort(String protocol, int port) {
        return new Key("/node-ports/" + protocol + "/" + port);
    }

    /** Written whenever the quotas of a namespace change, or what they say. */
    public static Key quotaSet(String namespace) {
        return new Key(QUOTA_SETS + namespace);
    }

    /** How much a quota's objects use; absent until they have been counted or changed. */
    public static Key quotaUsage(ObjectKey quota) {
        return new Key(QUOTA_USAGES + quota.namespace() + "/" + quota.name());
    }

    /** Everything that is known about quotas beside the objects themselves. */
    public static KeyRange quotas() {
        return KeyRange.prefix("/quotas/");
    }

    /** The namespace whose quotas have changed when a key is written. */
    public static Optional<String> quotaSetOf(Key key) {
        return key.text().startsWith(QUOTA_SETS)
                ? Optional.of(key.text().substring(QUOTA_SETS.length()))
                : Optional.empty();
    }

    /** The quota that a key counts for. */
    public static Optional<ObjectKey> quotaOf(Key key) {
        if (!key.text().startsWith(QUOTA_USAGES)) {
            return Optional.empty();
        }
        String[] parts = key.text().substring(QUOTA_USAGES.length()).split("/", 2);
        return Optional.of(new ObjectKey(parts[0], parts[1]));
    }

    /** The resource among whose objects those of a resource are: events are in two groups. */
    public static GroupResource home(GroupResource resource) {
        return HOMES.getOrDefault(resource, resource);
    }

    private static String prefix(GroupResource resource, String namespace) {
        GroupResource home = home(resource);
        String group = home.group().isEmpty() ? "core" : home.group();
        String base = OBJECTS + group + "/" + home.resource() + "/";
        return namespace.isEmpty() ? base : base + namespace + "/";
    }
}
