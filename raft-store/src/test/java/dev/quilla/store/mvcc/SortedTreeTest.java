package dev.quilla.store.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedTreeTest {

    private record Item(int key, int value) {}

    private static List<Integer> values(SortedTree<Integer, Integer> tree) {
        List<Integer> values = new ArrayList<>();
        tree.forEach(values::add);
        return values;
    }

    private static SortedTree<Integer, Integer> numbers() {
        return SortedTree.by(number -> number);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 10, 18, 19, 342, 343, 361, 1_000, 7_000})
    void whatIsMadeOfSortedValuesIsAsIfTheyHadBeenPut(int count) {
        List<Integer> sorted = IntStream.range(0, count).mapToObj(i -> 2 * i).toList();
        SortedTree<Integer, Integer> tree = SortedTree.ofSorted(sorted, Function.identity());
        assertEquals(sorted, values(tree));
        assertEquals(count, tree.size());
        for (int value : sorted) {
            assertEquals(value, tree.get(value));
            assertEquals(value, tree.rank(value));
            tree = tree.with(value + 1);
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

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void itDoesWhatATreeMapDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Integer, Item> expected = new TreeMap<>();
        SortedTree<Integer, Item> tree = SortedTree.by(Item::key);
        int keys = 1 << random.nextInt(4, 13);
        for (int phase = 0; phase < 6; phase++) {
            int putsOfTen = random.nextInt(1, 10);
            for (int i = 0; i < 2_000; i++) {
                int key = random.nextInt(keys);
                if (random.nextInt(10) < putsOfTen) {
                    Item item = new Item(key, i);
                    expected.put(key, item);
                    tree = tree.with(item);
                } else {
                    expected.remove(key);
                    tree = tree.without(key);
                }
            }
            assertSameContents(expected, tree, random.nextInt(keys));
        }
    }

    private static void assertSameContents(
            TreeMap<Integer, Item> expected, SortedTree<Integer, Item> tree, int key) {
        List<Item> all = new ArrayList<>();
        tree.forEach(all::add);
        assertEquals(List.copyOf(expected.values()), all);
        List<Item> some = new ArrayList<>();
        tree.forEachFrom(
                key,
                item -> {
                    some.add(item);
                    return some.size() < 50;
                });
        assertEquals(expected.tailMap(key).values().stream().limit(50).toList(), some);
        assertEquals(expected.size(), tree.size());
        assertEquals(expected.headMap(key).size(), tree.rank(key));
        assertEquals(expected.get(key), tree.get(key));
        assertEquals(expected.isEmpty() ? null : expected.firstEntry().getValue(), tree.first());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 24, 25, 1_000, 10_000})
    void losesItsFirstUntilNothingIsLeft(int size) {
        TreeMap<Integer, Item> expected = new TreeMap<>();
        SortedTree<Integer, Item> tree = SortedTree.by(Item::key);
        for (int i = 0; i < size; i++) {
            Item item = new Item(i * 7_919 % size, i);
            expected.put(item.key(), item);
            tree = tree.with(item);
        }
        while (!expected.isEmpty()) {
            assertEquals(expected.pollFirstEntry().getValue(), tree.first());
            tree = tree.withoutFirst();
            if (expected.size() % 100 == 0) {
                assertSameContents(expected, tree, size / 2);
            }
        }
        assertNull(tree.first());
    }

    @Test
    void anOlderMapKeepsWhatItHad() {
        SortedTree<Integer, Integer> tree = numbers();
        List<SortedTree<Integer, Integer>> older = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            older.add(tree);
            tree = tree.with(i * 7 % 1_000);
        }
        for (int i = 0; i < 1_000; i++) {
            older.add(tree);
            tree = tree.without(i * 3 % 1_000);
        }
        assertEquals(0, tree.size());
        for (int i = 0; i < 1_000; i++) {
            assertEquals(i, values(older.get(i)).size());
            assertEquals(1_000 - i, values(older.get(1_000 + i)).size());
        }
    }

    @Test
    void whatIsNotThereIsNotRemoved() {
        SortedTree<Integer, Integer> tree = numbers().with(1);
        assertSame(tree, tree.without(2));
        assertNull(tree.get(2));
    }
}
