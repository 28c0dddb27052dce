package dev.quilla.store.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedTreeTest {

    private static List<Integer> values(SortedTree<Integer, Integer> tree) {
        List<Integer> values = new ArrayList<>();
        tree.forEach(values::add);
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 10, 1_000})
    void whatIsMadeOfSortedValuesIsAsIfTheyHadBeenPut(int count) {
        List<Integer> sorted = IntStream.range(0, count).mapToObj(i -> 2 * i).toList();
        SortedTree<Integer, Integer> tree = SortedTree.ofSorted(sorted, Function.identity());
        assertEquals(sorted, values(tree));
        assertEquals(count, tree.size());
        for (int value : sorted) {
            assertEquals(value, tree.get(value));
            assertEquals(value, tree.rank(value));
            tree = tree.with(value + 1, value + 1);
        }
        assertEquals(IntStream.range(0, 2 * count).boxed().toList(), values(tree));
    }

    @Test
    void valuesThatAreNotSortedAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SortedTree.ofSorted(List.of(1, 3, 2), Function.identity()));
        assertThrows(
                IllegalArgumentException.class,
                () -> SortedTree.ofSorted(List.of(1, 1), Function.identity()));
    }
}
