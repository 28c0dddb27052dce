package dev.quilla.apiserver.metrics;

import dev.quilla.model.core.v1.Node;
import java.io.IOException;

/** Asks kubelets for their figures. Thread-safe; calls block. */
public interface KubeletFigures {

    /**
     * What a kubelet answers to {@code GET /stats/summary}.
     *
     * @throws IOException if it does not answer in some seconds, or something else
     */
    byte[] summary(Node node) throws IOException;
}
