package dev.quilla.apiserver.bootstrap;

import dev.quilla.apiserver.kinds.ServiceAddresses;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.model.ApiObject;
import dev.quilla.model.Bytes;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.IntOrString;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.networking.v1.ServiceCIDR;
import dev.quilla.model.rbac.v1.ClusterRole;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the objects that every cluster has; run by each new leader, and does nothing twice. */
public final class Bootstrap {

    private static final String KUBERNETES = "kubernetes";
    private static final String DEFAULT = "default";
    private static final String HTTPS = "https";

    private final ApiClient client;
    private final String apiAddress;
    private final String serviceRange;
    private final List<Master> masters;
    private final Optional<String> bootstrapToken;
    private final DefaultRights rights;

    /** Where a master's API answers. */
    public record Master(String address, int port) {}

    /**
     * Works through a client that may do anything.
     *
     * @param apiAddress the address of the service {@code kubernetes}
     * @param serviceRange where addresses of services come from, as CIDR
     * @param masters what it leads to
     * @param bootstrapToken with which workers may ask for their first certificate
     */
    public Bootstrap(
            ApiClient client,
            String apiAddress,
            String serviceRange,
            List<Master> masters,
            Optional<String> bootstrapToken) {
        this.client = client;
        this.apiAddress = apiAddress;
        this.serviceRange = serviceRange;
        this.masters = List.copyOf(masters);
        this.bootstrapToken = bootstrapToken;
        this.rights =
                new DefaultRights(
                        client,
                        objects("withdrawn.yaml").map(o -> new ClusterRole(o.struct())).toList());
    }

    /** Makes what is absent, completes roles and bindings, and sets where the masters are. */
    public void run() {
        objects("objects.yaml").forEach(this::create);
        bootstrapToken.ifPresent(this::createToken);
        createIfAbsent(Resources.SERVICE_CID_RS, range());
        createService();
        new MasterEndpoints(client).set(masters);
    }

    private void create(DefaultObject object) {
        String path =
                (object.version().group().isEmpty() ? "/api/" : "/apis/")
                        + object.version()
                        + "/"
                        + object.resource().gvr().resource();
        Struct wanted = DefaultRights.marked(object.struct());
        // Asked first, since a new leader finds nearly all there, and a write costs more than a
        // look.
        var found = client.transport().call(ApiRequest.get(path + "/" + object.name()));
        if (found.code() == 404) {
            client.transport()
                    .call(ApiRequest.of("POST", path).withBody(Body.of(wanted)))
                    .orThrow();
        } else {
            found.orThrow();
            rights.complete(wanted);
        }
    }

    private <T extends ApiObject> void createIfAbsent(ResourceType<T> type, T object) {
        if (client.resource(type).find(object.key()).isEmpty()) {
            client.resource(type).create(object);
        }
    }

    private void createToken(String token) {
        createIfAbsent(
                Resources.SECRETS,
                Secret.builder()
                        .metadata(m ->
                                m.namespace("kube-system")
                                        .name("bootstrap-token-" + token.substring(0, 6)))
                        .type("bootstrap.kubernetes.io/token")
                        .data(
                                Map.of(
                                        "token-id", Bytes.utf8(token.substring(0, 6)),
                                        "token-secret", Bytes.utf8(token.substring(7)),
                                        "usage-bootstrap-authentication", Bytes.utf8("true")))
                        .build());
    }

    private ServiceCIDR range() {
        return ServiceCIDR.builder()
                .metadata(m -> m.name(ServiceAddresses.DEFAULT_RANGE))
                .spec(s -> s.cidrs(List.of(serviceRange)))
                .build();
    }

    private void createService() {
        createIfAbsent(
                Resources.SERVICES,
                Service.builder()
                        .metadata(m ->
                                m.namespace(DEFAULT)
                                        .name(KUBERNETES)
                                        .labels(
                                                Map.of(
                                                        "component",
                                                        "apiserver",
                                                        "provider",
                                                        KUBERNETES)))
                        .spec(s ->
                                s.type("ClusterIP")
                                        .clusterIP(apiAddress)
                                        .ports(
                                                List.of(
                                                        ServicePort.builder()
                                                                .name(HTTPS)
                                                                .port(443)
                                                                .targetPort(
                                                                        IntOrString.of(
                                                                                masters.getFirst()
                                                                                        .port()))
                                                                .build())))
                        .build());
    }

    /** An object that comes with this version. */
    private record DefaultObject(ApiResource resource, Struct struct) {

        static DefaultObject of(Map<String, @Nullable Object> document) {
            GroupVersion version = GroupVersion.parse(String.valueOf(document.get("apiVersion")));
            String kind = String.valueOf(document.get("kind"));
            ApiResource resource =
                    Schema.builtin().resources().stream()
                            .filter(r -> r.gvk().equals(version.kind(kind)))
                            .findFirst()
                            .orElseThrow();
            return new DefaultObject(
                    resource, JsonCodec.decode(resource.definition(), JsonTree.write(document)));
        }

        String name() {
            return struct.text("metadata", "name");
        }

        GroupVersion version() {
            return resource.gvr().groupVersion();
        }
    }

    private static Stream<DefaultObject> objects(String file) {
        try (InputStream in = Objects.requireNonNull(Bootstrap.class.getResourceAsStream(file))) {
            return YamlCodec.readAll(new String(in.readAllBytes(), StandardCharsets.UTF_8)).stream()
                    .map(DefaultObject::of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
