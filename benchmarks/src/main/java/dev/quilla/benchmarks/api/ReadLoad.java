package dev.quilla.benchmarks.api;

import java.io.IOException;
import java.time.Duration;

/** Reads of many pods, each as much like the next as a cluster's are. */
final class ReadLoad {

    /** How many pods are read. */
    static final int PODS_COUNT = 5_000;

    private static final String TABLE =
            "Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json\r\n";

    private final Load load;
    private final byte[][] gets;

    ReadLoad(Load load) {
        this.load = load;
        this.gets = new byte[PODS_COUNT][];
        for (int i = 0; i < PODS_COUNT; i++) {
            gets[i] = Connection.request("GET", Objects.PODS + "/" + Objects.podName(i), "", "");
        }
    }

    Result gets(int clients) throws IOException, InterruptedException {
        return load.run(
                clients, 200, (client, number) -> gets[(client * 7919 + number) % PODS_COUNT]);
    }

    Result lists(int clients) throws IOException, InterruptedException {
        return same(clients, Objects.PODS, "");
    }

    Result tables() throws IOException, InterruptedException {
        return same(1, Objects.PODS, TABLE);
    }

    Result byLabel() throws IOException, InterruptedException {
        return same(1, Objects.PODS + "?labelSelector=group%3Dg-3", "");
    }

    Result byNode() throws IOException, InterruptedException {
        return same(1, Objects.PODS + "?fieldSelector=spec.nodeName%3Dnode-7", "");
    }

    private Result same(int clients, String path, String headers)
            throws IOException, InterruptedException {
        byte[] request = Connection.request("GET", path, headers, "");
        load.run(clients, 200, (_, _) -> request, Duration.ofSeconds(3));
        return load.run(clients, 200, (_, _) -> request);
    }
}
