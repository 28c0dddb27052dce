package dev.quilla.apiserver.http;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.audit.AuditTrail;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.Turn;
import dev.quilla.apiserver.request.Warnings;
import dev.quilla.client.Body;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.NodeProxyOptions;
import dev.quilla.model.core.v1.PodAttachOptions;
import dev.quilla.model.core.v1.PodExecOptions;
import dev.quilla.model.core.v1.PodPortForwardOptions;
import dev.quilla.model.core.v1.PodProxyOptions;
import dev.quilla.model.core.v1.ServiceProxyOptions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Lets policies look at connections before they are made. Reading a log is none. */
final class ConnectAdmission {

    private final ResourceRegistry registry;
    private final AdmissionChain admissions;

    ConnectAdmission(ResourceRegistry registry, AdmissionChain admissions) {
        this.registry = registry;
        this.admissions = admissions;
    }

    /**
     * Returns if a connection may be made.
     *
     * @throws dev.quilla.model.ApiException if it may not
     */
    void admit(HttpExchange exchange, RequestInfo info, Identity identity, AuditTrail trail) {
        Optional<Struct> options = options(exchange, info);
        if (options.isEmpty()) {
            return;
        }
        ServedResource connected = registry.find(info.gvr()).orElseThrow();
        ApiCall call =
                new ApiCall(
                        info,
                        identity,
                        exchange.query(),
                        "",
                        Body.none(),
                        exchange.headers().first("User-Agent").orElse(""),
                        OptionalLong.empty(),
                        new Warnings(),
                        trail,
                        Turn.FREE);
        String name = options.get().definition().name();
        admissions.pass(
                new Admission.Request(
                        connected,
                        new GroupVersion("", "v1").kind(name.substring(name.lastIndexOf('.') + 1)),
                        call,
                        Admission.Operation.CONNECT,
                        Optional.empty()),
                options.get());
    }

    private static Optional<Struct> options(HttpExchange exchange, RequestInfo info) {
        return switch (info.subresource()) {
            case "exec" ->
                    Optional.of(
                            PodExecOptions.builder()
                                    .stdin(flag(exchange, "stdin"))
                                    .stdout(flag(exchange, "stdout"))
                                    .stderr(flag(exchange, "stderr"))
                                    .tty(flag(exchange, "tty"))
                                    .container(text(exchange, "container"))
                                    .command(all(exchange, "command"))
                                    .build()
                                    .struct());
            case "attach" ->
                    Optional.of(
                            PodAttachOptions.builder()
                                    .stdin(flag(exchange, "stdin"))
                                    .stdout(flag(exchange, "stdout"))
                                    .stderr(flag(exchange, "stderr"))
                                    .tty(flag(exchange, "tty"))
                                    .container(text(exchange, "container"))
                                    .build()
                                    .struct());
            case "portforward" -> Optional.of(PodPortForwardOptions.builder().build().struct());
            case "proxy" -> Optional.of(proxy(info));
            default -> Optional.empty();
        };
    }

    private static Struct proxy(RequestInfo info) {
        String mark = "/" + info.name() + "/proxy";
        String rest = info.path().substring(info.path().indexOf(mark) + mark.length());
        return switch (info.resource()) {
            case "pods" -> PodProxyOptions.builder().path(rest).build().struct();
            case "services" -> ServiceProxyOptions.builder().path(rest).build().struct();
            default -> NodeProxyOptions.builder().path(rest).build().struct();
        };
    }

    private static List<String> all(HttpExchange exchange, String name) {
        return exchange.query().getOrDefault(name, List.of());
    }

    private static String text(HttpExchange exchange, String name) {
        return all(exchange, name).stream().findFirst().orElse("");
    }

    private static boolean flag(HttpExchange exchange, String name) {
        return List.of("true", "1").contains(text(exchange, name));
    }
}
