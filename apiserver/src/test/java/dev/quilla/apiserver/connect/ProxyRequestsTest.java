package dev.quilla.apiserver.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.quilla.apiserver.outbound.Kubelets;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.outbound.ServiceEndpoints;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.apiserver.transcript.TlsServers;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.RawRequest;
import dev.quilla.client.http.RequestContent;
import dev.quilla.client.http.StreamedResponse;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.client.http.UpgradedConnection;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpHandler;
import dev.quilla.http.HttpServer;
import dev.quilla.http.Upgraded;
import dev.quilla.model.ApiException;
import dev.quilla.model.Bytes;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeAddress;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests for pods, services and nodes, which are reached through a node alone: the pod's address
 * is one that leads nowhere from here.
 */
@Timeout(60)
class ProxyRequestsTest {

    private static final String NOWHERE = "192.0.2.7";

    @TempDir Path directory;

    private final TlsServers servers = new TlsServers();
    private final TlsMaterial tls = servers.tls();
    private final TestApi api = new TestApi();
    private final ServiceEndpoints endpoints = new ServiceEndpoints(api.objects());
    private final Kubelets kubelets = new Kubelets(api.objects(), () -> tls);
    private final OutboundClient outbound = new OutboundClient(endpoints, kubelets);
    private final Connections connections =
            new Connections(api.objects(), kubelets, endpoints, outbound);
    private com.sun.net.httpserver.HttpServer program;
    private HttpServer secureProgram;
    private HttpServer kubelet;
    private HttpServer front;
    private HttpsTransport client;

    @BeforeEach
    void start() throws IOException {
        program =
                com.sun.net.httpserver.HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        program.createContext("/", ProxyRequestsTest::answer);
        program.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        program.start();
        secureProgram =
                server(
                        "any-name",
                        e ->
                                e.respond(
                                        200,
                                        Headers.NONE,
                                        "secret".getBytes(StandardCharsets.UTF_8)));
        kubelet = server("worker-1", this::kubelet);
        front = server("front", this::front);
        client = new HttpsTransport(HttpsOptions.of(List.of(TlsServers.uri(front)), tls));
        createObjects();
    }

    private void createObjects() {
        var nodes = api.client().resource(Resources.NODES);
        Node node = Node.builder().metadata(m -> m.name("worker-1")).build();
        nodes.create(node);
        nodes.updateStatus(
                nodes.get(node.key()).toBuilder()
                        .status(s ->
                                s.addresses(
                                                List.of(
                                                        NodeAddress.builder()
                                                                .type("InternalIP")
                                                                .address("127.0.0.1")
                                                                .build()))
                                        .daemonEndpoints(d ->
                                                d.kubeletEndpoint(k -> k.Port(kubelet.port()))))
                        .build());
        var pods = api.client().resource(Resources.PODS);
        Pod pod =
                Pod.builder()
                        .metadata(m -> m.namespace("default").name("web"))
                        .spec(s ->
                                s.nodeName("worker-1")
                                        .containers(
                                                List.of(container(program.getAddress().getPort()))))
                        .build();
        pods.create(pod);
        pods.updateStatus(pods.get(pod.key()).toBuilder().status(s -> s.podIP(NOWHERE)).build());
        api.client()
                .resource(Resources.SERVICES)
                .create(
                        Service.builder()
                                .metadata(m -> m.namespace("default").name("shop"))
                                .spec(s ->
                                        s.clusterIP("None")
                                                .ports(
                                                        List.of(
                                                                ServicePort.builder()
                                                                        .name("web")
                                                                        .port(80)
                                                                        .build(),
                                                                ServicePort.builder()
                                                                        .name("tls")
                                                                        .port(443)
                                                                        .build())))
                                .build());
        slice("web", program.getAddress().getPort());
        slice("tls", secureProgram.port());
    }

    private void slice(String port, int number) {
        api.client()
                .resource(Resources.ENDPOINT_SLICES)
                .create(
                        EndpointSlice.builder()
                                .metadata(m ->
                                        m.namespace("default")
                                                .name("shop-" + port)
                                                .labels(
                                                        Map.of(
                                                                "kubernetes.io/service-name",
                                                                "shop")))
                                .addressType("IPv4")
                                .ports(
                                        List.of(
                                                EndpointPort.builder()
                                                        .name(port)
                                                        .port(number)
                                                        .build()))
                                .endpoints(
                                        List.of(
                                                Endpoint.builder()
                                                        .addresses(List.of(NOWHERE))
                                                        .nodeName("worker-1")
                                                        .targetRef(r ->
                                                                r.kind("Pod")
                                                                        .namespace("default")
                                                                        .name("web"))
                                                        .build()))
                                .build());
    }

    private static Container container(int port) {
        return Container.builder()
                .name("c")
                .image("i")
                .ports(List.of(ContainerPort.builder().containerPort(port).build()))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        front.close();
        outbound.close();
        kubelet.close();
        secureProgram.close();
        program.stop(0);
    }

    private HttpServer server(String name, HttpHandler handler) throws IOException {
        return servers.start(directory, name, List.of(name), handler);
    }

    private void front(dev.quilla.http.HttpExchange exchange) throws IOException {
        RequestInfo info = RequestInfo.parse(exchange.method(), exchange.path(), false);
        try {
            assertTrue(connections.handles(info));
            connections.connect(exchange, info);
        } catch (ApiException e) {
            exchange.respond(
                    e.code(),
                    Headers.NONE,
                    String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** As the real one: connects to the port of the pod, wherever the pod is. */
    private void kubelet(dev.quilla.http.HttpExchange exchange) throws IOException {
        if (exchange.path().equals("/healthz")) {
            exchange.respond(200, Headers.NONE, "fine".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String pod = "/dial/default/web/";
        String path = exchange.path();
        int port = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        assertTrue(path.startsWith(pod) || path.equals("/dial/" + port), path);
        if (port == 1) {
            byte[] words = "port 1 of web: connection refused".getBytes(StandardCharsets.UTF_8);
            exchange.respond(502, Headers.NONE, words);
            return;
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                Upgraded master =
                        exchange.upgrade(
                                Headers.of("Connection", "Upgrade").with("Upgrade", "tcp"))) {
            Thread up = Thread.startVirtualThread(() -> copy(master.input(), stream(socket)));
            socket.getInputStream().transferTo(master.output());
            up.interrupt();
        }
    }

    private static OutputStream stream(Socket socket) {
        try {
            return socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        try {
            from.transferTo(to);
        } catch (IOException e) {
            // One side is gone.
            return;
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            String said =
                    String.join(
                            " ",
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8),
                            String.valueOf(headers.getFirst("Authorization")),
                            String.valueOf(headers.getFirst("X-Forwarded-For")),
                            String.valueOf(headers.getFirst("X-Forwarded-Uri")));
            exchange.getResponseHeaders().add("Access-Control-Allow-Origin", "*");
            if (exchange.getRequestURI().getPath().equals("/away")) {
                exchange.getResponseHeaders().add("Location", "/home?a=b");
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            byte[] body = said.getBytes(StandardCharsets.UTF_8);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().add("X-Program", "yes");
            exchange.sendResponseHeaders(418, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static final String BASE = "/api/v1/namespaces/default/";

    private ApiResponse raw(String method, String target, String body) {
        try (StreamedResponse response =
                client.forward(
                        new RawRequest(
                                method,
                                target,
                                Map.of("Authorization", List.of("Bearer token")),
                                new RequestContent.Whole(Bytes.utf8(body)),
                                Duration.ofSeconds(30)))) {
            String text = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
            String location = response.headers().first("Location").orElse("");
            assertEquals(List.of(), response.headers().all("Access-Control-Allow-Origin"), target);
            return ApiResponse.of(
                    response.code(),
                    dev.quilla.client.Body.of(
                            (location + text).getBytes(StandardCharsets.UTF_8), ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answers(int code, String said, String method, String target, String body) {
        ApiResponse answer = raw(method, target, body);
        assertEquals(said, answer.body().encoded().toUtf8());
        assertEquals(code, answer.code());
    }

    @Test
    void whatIsAskedOfAPodComesThroughItsNodeAsItWasSent() {
        String path = BASE + "pods/web/proxy/a%2Fb/c";
        answers(
                418,
                "POST /a%2Fb/c?x&y=%20 hello null 127.0.0.1 " + path,
                "POST",
                path + "?x&y=%20",
                "hello");
        int port = program.getAddress().getPort();
        String named = BASE + "pods/http:web:" + port + "/proxy/";
        answers(418, "DELETE /  null 127.0.0.1 " + named, "DELETE", named, "");
        answers(418, "OPTIONS /  null 127.0.0.1 " + named, "OPTIONS", named, "");
        answers(418, "", "HEAD", named, "");
    }

    @Test
    void aServiceIsAskedByNumberNameAndTls() {
        String byNumber = BASE + "services/shop:80/proxy/x";
        answers(418, "GET /x  null 127.0.0.1 " + byNumber, "GET", byNumber, "");
        String byName = BASE + "services/shop:web/proxy/x";
        answers(418, "GET /x  null 127.0.0.1 " + byName, "GET", byName, "");
        answers(200, "secret", "GET", BASE + "services/https:shop:443/proxy/", "");
        answers(200, "secret", "GET", BASE + "services/https:shop:tls/proxy/", "");
    }

    @Test
    void aNodeIsItsKubeletOrAPortOfIt() {
        answers(200, "fine", "GET", "/api/v1/nodes/worker-1/proxy/healthz", "");
        String path = "/api/v1/nodes/worker-1:" + program.getAddress().getPort() + "/proxy/x";
        answers(418, "GET /x  null 127.0.0.1 " + path, "GET", path, "");
    }

    @Test
    void redirectsStayBehindTheProxy() {
        String base = BASE + "pods/web/proxy";
        answers(302, base + "/home?a=b", "GET", base + "/away", "");
        answers(301, base + "/?q=1", "GET", base + "?q=1", "");
    }

    @Test
    void whatCantBeReachedIsNamed() {
        answers(404, "services \"none\" not found", "GET", BASE + "services/none/proxy/", "");
        answers(
                503,
                "no endpoints available for service \"shop\"",
                "GET",
                BASE + "services/shop/proxy/",
                "");
        answers(
                503,
                "no service port 81 found for service \"shop\"",
                "GET",
                BASE + "services/shop:81/proxy/",
                "");
        answers(
                503,
                "error trying to reach service: http://192.0.2.7:1: by node worker-1: port 1 of"
                        + " web: connection refused",
                "GET",
                BASE + "pods/web:1/proxy/",
                "");
        answers(
                400,
                "invalid pod request \"ftp:web:1\": write NAME, NAME:PORT or https:NAME:PORT",
                "GET",
                BASE + "pods/ftp:web:1/proxy/",
                "");
        answers(
                400,
                "the path must be plain up to \"proxy\": no encoded slashes",
                "GET",
                BASE + "pods%2Fweb/proxy/x",
                "");
    }

    @Test
    void aKubeletOfAnotherNodeIsNotTakenForThisOne() {
        var nodes = api.client().resource(Resources.NODES);
        nodes.create(Node.builder().metadata(m -> m.name("worker-2")).build());
        nodes.updateStatus(
                nodes.get(dev.quilla.model.ObjectKey.cluster("worker-2")).toBuilder()
                        .status(s ->
                                s.addresses(
                                                List.of(
                                                        NodeAddress.builder()
                                                                .type("InternalIP")
                                                                .address("127.0.0.1")
                                                                .build()))
                                        .daemonEndpoints(d ->
                                                d.kubeletEndpoint(k -> k.Port(kubelet.port()))))
                        .build());
        String said =
                raw("GET", "/api/v1/nodes/worker-2/proxy/healthz", "").body().encoded().toUtf8();
        assertTrue(said.contains("worker-2"), said);
    }

    @Test
    void anotherProtocolIsSpokenThrough() throws IOException {
        HttpServer shouting =
                server(
                        "shouting",
                        exchange -> {
                            try (Upgraded upgraded =
                                    exchange.upgrade(
                                            Headers.of("Connection", "Upgrade")
                                                    .with("Upgrade", "shout"))) {
                                byte[] said = upgraded.input().readNBytes(5);
                                upgraded.output().write(said);
                            }
                        });
        String path = BASE + "pods/https:web:" + shouting.port() + "/proxy/talk";
        try (shouting;
                UpgradedConnection connection =
                        client.upgrade(ApiRequest.get(path), Map.of("Upgrade", "shout"))) {
            connection.out().write("hello".getBytes(StandardCharsets.UTF_8));
            connection.out().flush();
            assertEquals(
                    "hello", new String(connection.in().readNBytes(5), StandardCharsets.UTF_8));
        }
    }
}
