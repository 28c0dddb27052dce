package dev.quilla.apiserver.metrics;

import dev.quilla.model.core.v1.Node;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes said a moment ago: however many ask, a kubelet is asked once in some seconds, and by
 * one at a time. Thread-safe.
 */
final class RecentUsage {

    private static final Logger LOG = LoggerFactory.getLogger(RecentUsage.class);

    /** How many nodes are remembered. */
    private static final int NODES_MAX = 10_000;

    private static final Duration RECENT = Duration.ofSeconds(5);

    private final KubeletFigures kubelets;
    private final InstantSource clock;
    private final Map<String, OfNode> nodes =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, OfNode> eldest) {
                    return size() > NODES_MAX;
                }
            };

    RecentUsage(KubeletFigures kubelets, InstantSource clock) {
        this.kubelets = kubelets;
        this.clock = clock;
    }

    /** What a node uses; empty where its kubelet does not say. */
    Optional<NodeUsage> of(Node node) {
        OfNode known;
        synchronized (nodes) {
            known = nodes.computeIfAbsent(node.uid(), uid -> new OfNode());
        }
        return known.usage(node);
    }

    private final class OfNode {
        private final ReentrantLock lock = new ReentrantLock();
        private Instant asked = Instant.MIN;
        private @Nullable NodeUsage last;

        Optional<NodeUsage> usage(Node node) {
            lock.lock();
            try {
                if (asked.equals(Instant.MIN) || clock.instant().isAfter(asked.plus(RECENT))) {
                    last = ask(node);
                    asked = clock.instant();
                }
                return Optional.ofNullable(last);
            } finally {
                lock.unlock();
            }
        }

        private @Nullable NodeUsage ask(Node node) {
            try {
                return NodeUsage.parse(kubelets.summary(node));
            } catch (IOException e) {
                LOG.info("no figures of node {}: {}", node.name(), e.getMessage());
                return null;
            }
        }
    }
}
