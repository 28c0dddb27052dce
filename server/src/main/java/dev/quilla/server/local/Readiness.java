package dev.quilla.server.local;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.ListOptions;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import java.util.List;
import java.util.Optional;

/**
 * Whether every master and worker of a local cluster is ready. Keeps its connections from one look
 * to the next: the machine has better things to do than shake hands. For one thread.
 */
final class Readiness implements AutoCloseable {

    private static final String ILL = "[-]";

    private final ClusterSpec spec;
    private final List<Transport> masters;
    private final Transport shared;

    Readiness(ClusterDirectory directory, ClusterSpec spec) {
        this.spec = spec;
        this.masters =
                spec.masterNames().stream()
                        .map(m -> AdminTransport.to(directory, List.of(spec.masterUrl(m))))
                        .toList();
        this.shared = AdminTransport.to(directory, List.of(spec.url()));
    }

    /** The first thing that is not ready; empty when all is. */
    Optional<String> missing() {
        for (int i = 0; i < masters.size(); i++) {
            String name = spec.masterNames().get(i);
            try {
                ApiResponse answer = masters.get(i).call(ApiRequest.get("/readyz"));
                if (!answer.ok()) {
                    return Optional.of(name + " is not ready: " + why(answer));
                }
            } catch (TransportException e) {
                return Optional.of(name + " does not answer");
            }
        }
        try {
            List<String> ready =
                    new ApiClient(shared)
                            .resource(Resources.NODES).list(ListOptions.ALL).items().stream()
                                    .filter(StatusReport::isReady)
                                    .map(Node::name)
                                    .toList();
            return spec.workerNames().stream()
                    .filter(worker -> !ready.contains(worker))
                    .findFirst()
                    .map(worker -> worker + " is not ready");
        } catch (ApiException | TransportException e) {
            return Optional.of("the API does not answer");
        }
    }

    private static String why(ApiResponse answer) {
        return why(answer.body().encoded().toUtf8());
    }

    /** What is not well, of an answer that has a line for all that is looked at. */
    static String why(String answer) {
        return answer.lines()
                .filter(line -> line.startsWith(ILL))
                .findFirst()
                .or(() -> answer.lines().findFirst())
                .orElse("it does not say why");
    }

    @Override
    public void close() {
        masters.forEach(Transport::close);
        shared.close();
    }
}
