package dev.quilla.apiserver.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/api/v1/pods|list||pods||",
                "GET|/api/v1/namespaces/n/pods/p/log|get||pods|n|p",
                "DELETE|/apis/apps/v1/namespaces/n/deployments|deletecollection|apps|deployments|n|",
                // The older way to watch.
                "GET|/api/v1/watch/pods|watch||pods||",
                "GET|/api/v1/watch/namespaces|watch||namespaces||",
                "GET|/api/v1/watch/namespaces/n|watch||namespaces|n|n",
                "GET|/api/v1/watch/namespaces/n/pods|watch||pods|n|",
                "GET|/apis/apps/v1/watch/namespaces/n/deployments/d|watch|apps|deployments|n|d",
                "GET|/api/v1/watch/nodes/x|watch||nodes||x",
                // Nothing else is done there.
                "POST|/api/v1/watch/pods|create||watch||pods",
                "GET|/api/v1/watch|list||watch||",
            })
    void pathsMean(
            String method,
            String path,
            String verb,
            String group,
            String resource,
            String namespace,
            String name) {
        RequestInfo info = RequestInfo.parse(method, path, false);
        assertEquals(verb, info.verb());
        assertEquals(text(group), info.group());
        assertEquals(resource, info.resource());
        assertEquals(text(namespace), info.namespace());
        assertEquals(text(name), info.name());
    }

    /** As for kube-apiserver: one object is read, whatever the query says. */
    @ParameterizedTest
    @CsvSource({"/api/v1/pods, watch", "/api/v1/namespaces/n/pods/p, get"})
    void manyAreWatched(String path, String verb) {
        assertEquals(verb, RequestInfo.parse("GET", path, true).verb());
    }

    private static String text(String given) {
        return given == null ? "" : given;
    }
}
