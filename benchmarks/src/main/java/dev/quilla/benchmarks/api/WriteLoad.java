package dev.quilla.benchmarks.api;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;

/** Writes, each client's to objects of its own. */
final class WriteLoad {

    private static final int CLIENTS = 16;
    private static final Duration WARM = Duration.ofSeconds(10);
    private static final String MAPS = "/api/v1/namespaces/load/configmaps";
    private static final String APPLY = "Content-Type: application/apply-patch+yaml\r\n";
    private static final String STRATEGIC =
            "Content-Type: application/strategic-merge-patch+json\r\n";
    private static final String BY = "?fieldManager=benchmark&force=true";

    private final Load load;
    private final Setup setup;

    WriteLoad(Load load, Setup setup) {
        this.load = load;
        this.setup = setup;
    }

    Result creates(int clients) throws IOException, InterruptedException {
        Result result = load.run(clients, 201, create());
        setup.removeCreated();
        return result;
    }

    /** What the figures are about, for a while. */
    void warm() throws IOException, InterruptedException {
        for (int clients : List.of(64, 16, 1)) {
            load.run(clients, 201, create(), WARM);
            setup.removeCreated();
        }
    }

    private static Load.Requests create() {
        byte[] request =
                Connection.request(
                        "POST",
                        Objects.CREATED,
                        Objects.JSON,
                        Objects.pod(
                                "\"generateName\":\"server-\",\"labels\":{\"app\":\"server\"}",
                                ""));
        return (_, _) -> request;
    }

    Result applyMaps() throws IOException, InterruptedException {
        return alternate(number ->
                client ->
                        Connection.request(
                                "PATCH",
                                MAPS + "/applied-" + client + BY,
                                APPLY,
                                """
                                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied-%d"},
                                 "data":{"mode":"fast","number":"%d"}}\
                                """
                                        .formatted(client, number)));
    }

    Result applyPods() throws IOException, InterruptedException {
        return alternate(number ->
                client ->
                        Connection.request(
                                "PATCH",
                                Objects.PODS + "/applied-" + client + BY,
                                APPLY,
                                Objects.pod(
                                                "\"name\":\"applied-%d\",\"labels\":{\"number\":\"%d\"}"
                                                        .formatted(client, number),
                                                "")
                                        .replaceFirst(
                                                "\\{",
                                                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",")));
    }

    Result strategic() throws IOException, InterruptedException {
        return alternate(number ->
                client ->
                        Connection.request(
                                "PATCH",
                                Objects.PODS + "/" + Objects.podName(client),
                                STRATEGIC,
                                """
                                {"metadata":{"annotations":{"number":"%d"}}}\
                                """
                                        .formatted(number)));
    }

    /** Each request makes a difference to the one before. */
    private Result alternate(IntFunction<IntFunction<byte[]>> request)
            throws IOException, InterruptedException {
        byte[][][] all = new byte[2][CLIENTS][];
        for (int number = 0; number < 2; number++) {
            for (int client = 0; client < CLIENTS; client++) {
                all[number][client] = request.apply(number).apply(client);
            }
        }
        setup.applyAll(all[1]);
        Load.Requests requests = (client, number) -> all[number % 2][client];
        load.run(CLIENTS, 200, requests, WARM);
        setup.applyAll(all[1]);
        return load.run(CLIENTS, 200, requests);
    }
}
