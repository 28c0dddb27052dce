package dev.quilla.scheduler;

import dev.quilla.plugin.Verdict;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What policies said of each node about pods of the shapes seen last, so that only nodes that have
 * changed are asked about again. Confined to the thread of one cycle at a time; after a cycle that
 * was given up it must not be used again, since its thread may still write.
 */
final class ShapeMemory {

    /** Shapes that have not been seen for longer than this many others are forgotten. */
    static final int SHAPES_MAX = 32;

    private record Key(Profile profile, List<Object> shapes) {}

    private final Map<Key, Answers> byShape =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Answers> eldest) {
                    return size() > SHAPES_MAX;
                }
            };

    /**
     * The answers for a shape.
     *
     * @param shapes what each policy reads of the pod, for those whose answers may be kept
     */
    Answers of(Profile profile, List<Object> shapes) {
        return byShape.computeIfAbsent(new Key(profile, shapes), k -> new Answers());
    }

    /** Answers about nodes by their place, each of a node at one moment. */
    static final class Answers {

        private static final long UNKNOWN = Long.MIN_VALUE;

        private @Nullable NodeInfo[] nodes = new NodeInfo[0];
        private Verdict.@Nullable Rejected[] rejections = new Verdict.Rejected[0];
        private int[] rejectedBy = {};
        private long[] scores = {};

        /** Makes room for so many nodes. */
        void size(int count) {
            if (nodes.length < count) {
                nodes = Arrays.copyOf(nodes, count);
                rejections = Arrays.copyOf(rejections, count);
                rejectedBy = Arrays.copyOf(rejectedBy, count);
                scores = Arrays.copyOf(scores, count);
            }
        }

        /** Whether the answers at a place are about this very node. */
        @SuppressWarnings("ReferenceEquality") // Nodes are immutable: the same one says the same.
        boolean knows(int place, NodeInfo node) {
            return nodes[place] == node;
        }

        /**
         * Keeps what was said of a node.
         *
         * @param policy the first that rejected it
         */
        void keep(int place, NodeInfo node, int policy, Verdict.@Nullable Rejected rejection) {
            rejections[place] = rejection;
            rejectedBy[place] = policy;
            scores[place] = UNKNOWN;
            nodes[place] = node;
        }

        Verdict.@Nullable Rejected rejection(int place) {
            return rejections[place];
        }

        int rejectedBy(int place) {
            return rejectedBy[place];
        }

        boolean hasScore(int place) {
            return scores[place] != UNKNOWN;
        }

        long score(int place) {
            return scores[place];
        }

        void keepScore(int place, long score) {
            scores[place] = score;
        }
    }
}
