package dev.quilla.apiserver.http;

import dev.quilla.apiserver.encryption.KeyRing;
import dev.quilla.apiserver.encryption.RootKey;
import dev.quilla.apiserver.registry.StoredKeys;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.store.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys of encryption at rest, for administrators: {@code GET /quilla/encryption} says which there
 * are and what is encrypted with which, {@code GET /quilla/encryption/outdated} what has to be
 * written again, {@code PUT /quilla/encryption/keys/ID} takes a key in, {@code PUT
 * /quilla/encryption/current} encrypts with another and {@code DELETE /quilla/encryption/keys/ID}
 * forgets one. Each is about the one master that is asked.
 */
public final class KeyPaths {

    static final String ROOT = "/quilla/encryption";

    private static final String KEYS = ROOT + "/keys/";
    private static final int OUTDATED_MAX = 500;
    private static final int BODY_BYTES_MAX = 4096;

    private final String master;
    private final StoredKeys stored;
    private final Supplier<List<Member>> members;

    /**
     * Serves the keys of a master.
     *
     * @param members all masters
     */
    public KeyPaths(String master, StoredKeys stored, Supplier<List<Member>> members) {
        this.master = master;
        this.stored = stored;
        this.members = members;
    }

    boolean handles(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    void handle(HttpExchange exchange) throws IOException {
        String path = exchange.path();
        Map<String, @Nullable Object> answer =
                switch (exchange.method() + " " + (path.startsWith(KEYS) ? KEYS : path)) {
                    case "GET " + ROOT -> status();
                    case "GET " + ROOT + "/outdated" ->
                            Map.of("paths", stored.outdated(OUTDATED_MAX));
                    case "PUT " + ROOT + "/current" -> {
                        String id = text(body(exchange), "id");
                        yield change(ring -> ring.use(id));
                    }
                    case "PUT " + KEYS -> {
                        String secret = text(body(exchange), "secret");
                        String id = path.substring(KEYS.length());
                        yield change(ring -> ring.add(RootKey.of(id, secret)));
                    }
                    case "DELETE " + KEYS -> forget(path.substring(KEYS.length()));
                    default -> throw ApiErrors.noSuchPath();
                };
        exchange.respond(
                200, Headers.of("Content-Type", "application/json"), JsonTree.write(answer));
    }

    private Map<String, @Nullable Object> status() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>(keys());
        List<Object> masters = new ArrayList<>();
        for (Member member : members.get()) {
            if (!member.clientAddress().isEmpty()) {
                masters.add(
                        Map.of("name", member.name(), "url", "https://" + member.clientAddress()));
            }
        }
        map.put("masters", masters);
        map.put(
                "values",
                stored.counts().stream()
                        .map(c -> Map.of("resource", c.resource().toString(), "byKey", c.byKey()))
                        .toList());
        return map;
    }

    private Map<String, @Nullable Object> keys() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("master", master);
        map.put("keyFile", stored.ring().map(r -> r.file().path().toString()).orElse(""));
        map.put(
                "keys",
                stored.ring()
                        .map(r -> r.keys().stream().map(RootKey::id).toList())
                        .orElse(List.of()));
        return map;
    }

    private Map<String, @Nullable Object> forget(String id) {
        int left = stored.counts().stream().mapToInt(c -> c.byKey().getOrDefault(id, 0)).sum();
        if (left > 0) {
            throw ApiErrors.passedOn(
                    409,
                    "%d objects are still encrypted with key '%s': rotate first"
                            .formatted(left, id));
        }
        return change(ring -> ring.forget(id));
    }

    private interface Change {
        void make(KeyRing ring) throws IOException;
    }

    private Map<String, @Nullable Object> change(Change change) {
        KeyRing ring =
                stored.ring()
                        .orElseThrow(() ->
                                ApiErrors.badRequest(
                                        master
                                                + " has no key file: nothing is encrypted there, see"
                                                + " encryption.resources in its configuration"));
        try {
            change.make(ring);
            return keys();
        } catch (IllegalArgumentException e) {
            throw ApiErrors.badRequest(master + ": " + e.getMessage());
        } catch (IOException e) {
            throw ApiErrors.internal(master + ": " + e.getMessage());
        }
    }

    private static Map<String, @Nullable Object> body(HttpExchange exchange) throws IOException {
        try {
            return JsonTree.parseObject(exchange.readBody(BODY_BYTES_MAX));
        } catch (DecodeException e) {
            throw ApiErrors.badRequest("the body is no JSON object");
        }
    }

    private static String text(Map<String, @Nullable Object> body, String key) {
        if (body.get(key) instanceof String text) {
            return text;
        }
        throw ApiErrors.badRequest("the body must hold \"" + key + "\"");
    }
}
