package dev.quilla.apiserver.aggregation;

import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.WatchStream;
import dev.quilla.model.ApiException;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.codec.JsonTree;
import java.util.Optional;

/**
 * What programs in a master's own process reach beside the resources that are served there: the
 * lists of what is served, and other servers, in the name of who asks. Thread-safe.
 */
public final class ServersOfOthers {

    private final AggregatedDiscovery discovery;
    private final Aggregator aggregator;

    /** Lists by discovery, and passes on by an aggregator. */
    public ServersOfOthers(AggregatedDiscovery discovery, Aggregator aggregator) {
        this.discovery = discovery;
        this.aggregator = aggregator;
    }

    /**
     * Makes a call.
     *
     * @return empty if it is about a resource that is served here, or about nothing
     * @throws ApiException unavailable, if its server can't be reached
     */
    public Optional<ApiResponse> call(ApiRequest request, RequestInfo info, Identity who) {
        Optional<APIService> service = aggregator.serving(request.path());
        if (service.isPresent()) {
            return Optional.of(aggregator.call(request, who, service.get()));
        }
        return info.isResource()
                ? Optional.empty()
                : discovery
                        .at(request.path(), form(request))
                        .map(tree -> ApiResponse.of(200, Body.of(JsonTree.write(tree), Body.JSON)));
    }

    /** What runs here asks for no other forms. */
    private static Discovery.Form form(ApiRequest request) {
        return request.accept().contains("as=APIGroupDiscoveryList")
                ? Discovery.Form.AGGREGATED
                : Discovery.Form.PLAIN;
    }

    /**
     * Starts a watch.
     *
     * @return empty if it is about a resource that is served here, or about nothing
     * @throws ApiException if its server refuses it, or can't be reached
     */
    public Optional<WatchStream> watch(ApiRequest request, Identity who) {
        return aggregator
                .serving(request.path())
                .map(service -> aggregator.watch(request, who, service));
    }
}
