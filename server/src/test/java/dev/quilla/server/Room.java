package dev.quilla.server;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** A module as classes see it: its package, and the modules it may know. */
enum Room {
    MODEL("dev.quilla.model"),
    PKI("dev.quilla.pki"),
    STORE("dev.quilla.store", PKI),
    ETCD_API("dev.quilla.etcd", PKI, STORE),
    HTTP_SERVER("dev.quilla.http", PKI),
    CLIENT("dev.quilla.client", PKI, MODEL),
    PLUGIN_API("dev.quilla.plugin", MODEL),
    PLUGIN_HOST("dev.quilla.plugin.host", MODEL, CLIENT, PLUGIN_API),
    API_SERVER("dev.quilla.apiserver", PKI, MODEL, STORE, HTTP_SERVER, CLIENT),
    SCHEDULER_PLUGINS("dev.quilla.scheduler.plugins", MODEL, PLUGIN_API),
    SCHEDULER("dev.quilla.scheduler", MODEL, CLIENT, PLUGIN_API, PLUGIN_HOST),
    CONTROLLER_MANAGER("dev.quilla.controller", PKI, MODEL, CLIENT),
    KUBELET("dev.quilla.kubelet", PKI, MODEL, HTTP_SERVER, CLIENT, PLUGIN_API, PLUGIN_HOST),
    PROXY("dev.quilla.proxy", MODEL, CLIENT, PLUGIN_API, PLUGIN_HOST),
    CTL("dev.quilla.ctl", PKI, MODEL, CLIENT),
    SERVER(
            "dev.quilla.server",
            PKI,
            MODEL,
            STORE,
            ETCD_API,
            HTTP_SERVER,
            CLIENT,
            PLUGIN_API,
            PLUGIN_HOST,
            API_SERVER,
            SCHEDULER,
            CONTROLLER_MANAGER,
            KUBELET,
            PROXY,
            CTL);

    private final String root;
    private final Set<Room> known;

    Room(String root, Room... known) {
        this.root = root;
        this.known = Set.of(known);
    }

    /** The room of a package: the one with the longest matching name. */
    static Optional<Room> of(String packageName) {
        return Arrays.stream(values())
                .filter(r -> packageName.equals(r.root) || packageName.startsWith(r.root + "."))
                .max(Comparator.comparingInt(r -> r.root.length()));
    }

    String root() {
        return root;
    }

    boolean knows(Room other) {
        return other == this || known.contains(other);
    }
}
