package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.plugin.ServiceTable.Backend;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BalancerTest {

    private static final Backend ONE = new Backend("10.244.0.2", 8080, true);
    private static final Backend TWO = new Backend("10.244.1.3", 8080, false);
    private static final Backend THREE = new Backend("10.244.1.4", 8080, false);
    private static final InetAddress INSIDE = InetAddress.ofLiteral("10.244.0.77");
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("198.51.100.2");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    private Balancer balancer(Answers answers) {
        return new Balancer(answers, INSIDE::equals, nanos::get);
    }

    private static Answers sticky(int seconds, Backend... backends) {
        return new Answers(
                List.of(backends), List.of(backends), Optional.of(Duration.ofSeconds(seconds)));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void eachTakesItsTurn() {
        Balancer balancer = balancer(Answers.of(List.of(ONE, TWO, THREE)));
        Map<Backend, Integer> first = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            List<Backend> order = balancer.candidates(OUTSIDE);
            assertEquals(3, order.size());
            first.merge(order.getFirst(), 1, Integer::sum);
        }
        assertEquals(Map.of(ONE, 10, TWO, 10, THREE, 10), first);
    }

    @Test
    void whoFailedIsAskedLastForAWhile() {
        Balancer balancer = balancer(Answers.of(List.of(ONE, TWO)));
        balancer.failed(ONE);
        for (int i = 0; i < 4; i++) {
            assertEquals(List.of(TWO, ONE), balancer.candidates(OUTSIDE));
        }
        pass(Balancer.PENALTY);
        assertEquals(
                List.of(List.of(ONE, TWO), List.of(TWO, ONE)),
                List.of(balancer.candidates(OUTSIDE), balancer.candidates(OUTSIDE)));
    }

    @Test
    void aClientStaysForItsTimeAfterItsLastConnection() {
        Balancer balancer = balancer(sticky(60, ONE, TWO, THREE));
        balancer.succeeded(OUTSIDE, TWO);
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofSeconds(50));
            assertEquals(TWO, balancer.candidates(OUTSIDE).getFirst());
            balancer.succeeded(OUTSIDE, TWO);
        }
        pass(Duration.ofSeconds(60));
        assertEquals(
                3,
                List.of(1, 2, 3).stream()
                        .map(_ -> balancer.candidates(OUTSIDE).getFirst())
                        .distinct()
                        .count());
    }

    @Test
    void aClientLeavesABackendThatIsGone() {
        Balancer balancer = balancer(sticky(60, ONE, TWO));
        balancer.succeeded(OUTSIDE, TWO);
        balancer.update(sticky(60, ONE, THREE));
        balancer.succeeded(OUTSIDE, THREE);
        assertEquals(THREE, balancer.candidates(OUTSIDE).getFirst());
        balancer.update(sticky(60, ONE));
        assertEquals(List.of(ONE), balancer.candidates(OUTSIDE));
    }

    @Test
    void clientsFromOutsideGetWhatIsForThem() {
        Balancer balancer =
                balancer(new Answers(List.of(ONE, TWO), List.of(ONE), Optional.empty()));
        assertEquals(2, balancer.candidates(INSIDE).size());
        assertEquals(List.of(ONE), balancer.candidates(OUTSIDE));
    }
}
