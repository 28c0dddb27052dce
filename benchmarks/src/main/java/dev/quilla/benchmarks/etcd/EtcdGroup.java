package dev.quilla.benchmarks.etcd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The peer: an installed {@code etcd}, with its defaults. */
public final class EtcdGroup extends StoreGroup {

    /**
     * Starts one, and returns when it takes writes.
     *
     * @param folder an empty directory, for certificates and data
     * @throws IOException if there is no etcd, or it does not start
     */
    public EtcdGroup(Path folder) throws IOException {
        super(folder, List.of());
        startAll();
    }

    @Override
    List<String> command(int member) {
        String client = "https://127.0.0.1:" + clientPort(member);
        String peer = "https://127.0.0.1:" + peerPort(member);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "etcd",
                                "--name=" + name(member),
                                "--data-dir=" + folder().resolve(name(member)),
                                "--log-level=error",
                                "--listen-client-urls=" + client,
                                "--advertise-client-urls=" + client,
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=" + cluster()));
        for (String side : List.of("", "peer-")) {
            command.add("--" + side + "client-cert-auth");
            command.add("--" + side + "trusted-ca-file=" + folder().resolve("ca.crt"));
            command.add("--" + side + "cert-file=" + folder().resolve(name(member) + ".crt"));
            command.add("--" + side + "key-file=" + folder().resolve(name(member) + ".key"));
        }
        return command;
    }

    private String cluster() {
        return IntStream.range(0, MEMBERS)
                .mapToObj(i -> name(i) + "=https://127.0.0.1:" + peerPort(i))
                .collect(Collectors.joining(","));
    }
}
