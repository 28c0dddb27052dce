package dev.quilla.server.local;

import dev.quilla.apiserver.encryption.RootKey;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.model.ApiException;
import dev.quilla.model.codec.JsonTree;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of all masters of a cluster, each asked by itself. */
final class KeyMasters implements AutoCloseable {

    private static final String PATH = "/quilla/encryption";

    private final HttpsOptions options;
    private final Transport any;
    private final Map<String, Transport> masters = new LinkedHashMap<>();

    /** Those of the cluster that these options lead to. */
    KeyMasters(HttpsOptions options) {
        this.options = options.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(30));
        this.any = new HttpsTransport(this.options);
        for (Map<?, ?> master : list(ask(any, ApiRequest.get(PATH)), "masters")) {
            URI url = URI.create(String.valueOf(master.get("url")));
            masters.put(String.valueOf(master.get("name")), to(url));
        }
    }

    private Transport to(URI url) {
        return new HttpsTransport(
                new HttpsOptions(
                        List.of(url),
                        options.tls(),
                        options.bearerToken(),
                        options.userAgent(),
                        options.connectTimeout(),
                        options.responseTimeout(),
                        options.bodyBytesMax()));
    }

    /** What each master says of itself, by name. */
    Map<String, Map<String, @Nullable Object>> status() {
        Map<String, Map<String, @Nullable Object>> all = new LinkedHashMap<>();
        masters.forEach((name, transport) -> all.put(name, ask(name, ApiRequest.get(PATH))));
        return all;
    }

    void add(RootKey key) {
        Map<String, @Nullable Object> body = Map.of("secret", key.base64());
        masters.keySet().forEach(m -> put(m, "/keys/" + key.id(), body));
    }

    void use(String id) {
        masters.keySet().forEach(m -> put(m, "/current", Map.of("id", id)));
    }

    void forget(String id) {
        masters.keySet().forEach(m -> ask(m, ApiRequest.of("DELETE", PATH + "/keys/" + id)));
    }

    private void put(String master, String path, Map<String, @Nullable Object> body) {
        ask(
                master,
                ApiRequest.of("PUT", PATH + path)
                        .withBody(Body.of(JsonTree.write(body), Body.JSON)));
    }

    /** Some paths of objects that are encrypted with another key than they should be. */
    List<String> outdated() {
        List<String> paths = new ArrayList<>();
        if (ask(any, ApiRequest.get(PATH + "/outdated")).get("paths") instanceof List<?> list) {
            list.forEach(p -> paths.add(String.valueOf(p)));
        }
        return paths;
    }

    /** Has an object written again as it is. Answers whether it is there. */
    boolean rewrite(String path) {
        ApiResponse response =
                any.call(
                        ApiRequest.of("PATCH", path)
                                .withBody(
                                        Body.of(
                                                JsonTree.write(Map.of()),
                                                "application/merge-patch+json")));
        if (response.code() == 404) {
            return false;
        }
        response.orThrow();
        return true;
    }

    private Map<String, @Nullable Object> ask(String master, ApiRequest request) {
        Transport transport = masters.get(master);
        try {
            return ask(transport == null ? any : transport, request);
        } catch (TransportException e) {
            throw new LocalClusterException(
                    master
                            + " does not answer, and a key must be on every master: start it, or"
                            + " remove it with quilla member remove ("
                            + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static Map<String, @Nullable Object> ask(Transport transport, ApiRequest request) {
        try {
            return JsonTree.parseObject(
                    transport.call(request).orThrow().body().encoded().shared());
        } catch (ApiException e) {
            throw new LocalClusterException(String.valueOf(e.getMessage()), e);
        }
    }

    static List<Map<?, ?>> list(Map<String, @Nullable Object> map, String key) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (map.get(key) instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> found) {
                    maps.add(found);
                }
            }
        }
        return maps;
    }

    @Override
    public void close() {
        any.close();
        masters.values().forEach(Transport::close);
    }
}
