package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.RequestInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestCounterTest {

    private final RequestCounter counter = new RequestCounter();

    private void ask(String method, String path, int code) {
        RequestInfo info = RequestInfo.parse(method, path, false);
        counter.begin(info);
        counter.end(info, code, 30_000_000);
    }

    private List<String> lines(String start) {
        return counter.text().lines().filter(l -> l.startsWith(start)).toList();
    }

    @Test
    void countsAsKubernetesDoes() {
        ask("POST", "/api/v1/namespaces/x/pods", 201);
        ask("POST", "/api/v1/namespaces/x/pods", 201);
        ask("POST", "/api/v1/namespaces/x/pods", 409);
        String pods =
                "{verb=\"POST\",group=\"\",version=\"v1\",resource=\"pods\",subresource=\"\","
                        + "scope=\"resource\",component=\"apiserver\"";
        assertEquals(
                List.of(
                        "apiserver_request_total" + pods + ",code=\"201\"} 2",
                        "apiserver_request_total" + pods + ",code=\"409\"} 1"),
                lines("apiserver_request_total"));
        List<String> buckets = lines("apiserver_request_duration_seconds_bucket");
        assertEquals(24, buckets.size());
        assertTrue(buckets.get(1).endsWith("le=\"0.025\"} 0"), buckets.get(1));
        assertTrue(buckets.get(2).endsWith("le=\"0.05\"} 3"), buckets.get(2));
    }

    @Test
    void tellsWhatIsUnderWay() {
        RequestInfo list = RequestInfo.parse("GET", "/api/v1/pods", false);
        counter.begin(list);
        assertEquals(
                List.of(
                        "apiserver_current_inflight_requests{request_kind=\"mutating\"} 0",
                        "apiserver_current_inflight_requests{request_kind=\"readOnly\"} 1"),
                lines("apiserver_current_inflight_requests"));
        counter.end(list, 200, 1);
        assertTrue(lines("apiserver_current_inflight_requests").get(1).endsWith(" 0"));
    }

    @Test
    void namesOfClientsMakeItNeitherGrowNorLie() {
        for (int i = 0; i < 3_000; i++) {
            ask("GET", "/apis/g" + i + "/v1/things", 404);
        }
        ask("GET", "/apis/g/v1/a\"} 1\nb", 404);
        List<String> totals = lines("apiserver_request_total");
        assertTrue(totals.size() <= 1_001, totals.size() + " lines");
        assertTrue(
                totals.stream()
                        .anyMatch(
                                l -> l.contains("verb=\"OTHER\"") || l.contains("verb=\"other\"")));
        assertEquals(List.of(), lines("b"));
    }
}
