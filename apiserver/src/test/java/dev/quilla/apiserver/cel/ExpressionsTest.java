package dev.quilla.apiserver.cel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.selector.FieldSelector;
import dev.quilla.model.selector.Selector;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {

    /** Allows nothing but to list what these selectors choose. */
    private record Narrow(String fields, String labels) implements Authority {

        @Override
        public boolean allows(RequestInfo what) {
            return what.verb().equals("list")
                    && what.resource().equals("pods")
                    && what.selection().fields().equals(FieldSelector.parse(fields))
                    && what.selection().labels().equals(Selector.parse(labels));
        }

        @Override
        public Authority as(String namespace, String account) {
            return this;
        }
    }

    @Test
    void asksWhoMayDoSomethingToWhatSelectorsChoose() throws ExpressionException {
        Expressions expressions = new Expressions(Set.of()).withAuthorizer();
        Map<String, Object> values =
                Map.of("authorizer", new Narrow("spec.nodeName=n", "a in (b)"));
        String narrow =
                "authorizer.group('').resource('pods').fieldSelector('spec.nodeName=n')"
                        + ".labelSelector('a in (b)').check('list').allowed()";
        assertEquals(
                Optional.of(true),
                expressions.condition(narrow).evaluate(values, new Budget(1_000)));
        assertEquals(
                Optional.of(false),
                expressions
                        .condition(narrow.replace("nodeName=n", "nodeName"))
                        .evaluate(values, new Budget(1_000)));
    }

    private static final Expressions EXPRESSIONS = new Expressions(Set.of("self", "oldSelf"));

    private static final Map<String, Object> SELF =
            Map.of(
                    "replicas",
                    3L,
                    "ratio",
                    0.5,
                    "name",
                    "one-two",
                    "at",
                    Instant.parse("2030-01-02T03:04:05Z"),
                    "tags",
                    List.of("a", "b", "c"),
                    "labels",
                    Map.of("tier", "front"),
                    "empty",
                    Expressions.NULL,
                    "ports",
                    List.of(Map.of("port", 80L), Map.of("port", 443L)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.replicas <= 3 && self.ratio < 1",
                "self.replicas == 3.0 && self.ratio < self.replicas",
                "has(self.labels) && !has(self.nothing)",
                "self.name.matches('^[a-z-]+$') && self.name.startsWith('one')",
                "self.name.split('-').size() == 2 && self.name.indexOf('-') == 3",
                "self.tags.all(t, t.size() == 1) && 'b' in self.tags",
                "self.tags.isSorted() && self.tags.max() == 'c' && self.tags.indexOf('b') == 1",
                "self.ports.map(p, p.port).sum() == 523",
                "self.labels.all(k, k == 'tier') && self.labels['tier'] == 'front'",
                "self.labels.?missing.orValue('x') == 'x'",
                "self.at < timestamp('2031-01-01T00:00:00Z')",
                "self.empty == null",
                "sets.contains(self.tags, ['a'])",
                "quantity('1Gi').isGreaterThan(quantity('1000Mi')) && isQuantity('5m')",
                "self.name.find('[a-z]+') == 'one' && self.name.findAll('[a-z]+').size() == 2",
                "isURL('https://example.com/x')",
                "duration('2h') > duration('90m')",
                "cel.bind(n, self.replicas, n * n == 9)",
                "'%s has %d of %s, %.1f%%'.format([self.name, self.replicas, self.tags, self.ratio])"
                        + " == 'one-two has 3 of [a, b, c], 0.5%'",
                "'%x %X %b %o %e %s'.format([255, 'hi', 5, 8, 1234.5, {'a': 1}])"
                        + " == 'ff 6869 101 10 1.234500e+03 {a: 1}'",
                "quantity('1Gi').add(quantity('1Gi')) == quantity('2Gi')",
                "quantity('5').sub(3).asInteger() == 2 && quantity('-1').sign() == -1",
                "quantity('1500m').asApproximateFloat() == 1.5 && !quantity('1500m').isInteger()",
                "url('https://u@example.com:80/a%20b?q=1&q=2').getHost() == 'example.com:80'",
                "url('https://[::1]:8080/').getHostname() == '::1'",
                "url('https://example.com/a%20b?q=1&q=2').getQuery() == {'q': ['1', '2']}",
                "url('https://example.com/a%20b').getEscapedPath() == '/a%20b'",
                "url('/a').getScheme() == '' && isURL('/a') && !isURL('../a')",
                "!isURL('https://a:b:c/')",
                "isIP('10.0.0.1') && !isIP('10.0.0.01') && ip('fd00::1').family() == 6",
                "ip('::1').isLoopback() && !ip('10.0.0.1').isLoopback()",
                "ip.isCanonical('fd00::1') && !ip.isCanonical('fd00:0::1')",
                "string(ip('FD00::1')) == 'fd00::1' && ip('8.8.8.8').isGlobalUnicast()",
                "cidr('10.0.0.0/8').containsIP('10.1.2.3') && isCIDR('fd00::/64')",
                "cidr('10.0.0.0/8').containsCIDR(cidr('10.1.0.0/16')) && !isCIDR('10.0.0.0/33')",
                "!cidr('10.0.0.0/16').containsCIDR('10.0.0.0/8')",
                "string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8'",
                "cidr('10.1.2.3/8').prefixLength() == 8 && cidr('10.1.2.3/8').ip() == ip('10.1.2.3')",
                "format.dns1123Label().validate('a-b') == optional.none()",
                "format.dns1123Label().validate('A_b').hasValue()",
                "format.named('uuid').hasValue() && !format.named('nothing').hasValue()",
                "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.2.3').minor() == 2",
                "semver('1.0.0-rc.2').compareTo(semver('1.0.0-rc.10')) == -1",
                "!isSemver('v1.2') && isSemver('v1.2', true) && semver('v1.2', true).patch() == 0"
            })
    void holds(String source) throws ExpressionException {
        assertEquals(Optional.of(true), evaluate(source, SELF));
    }

    @Test
    void saysWhatIsWrongWithIt() {
        String syntax = refused("self.replicas >").getMessage();
        assertTrue(syntax.startsWith("compilation failed: 1:"), syntax);
        assertTrue(refused("other == 1").getMessage().contains("undeclared reference to 'other'"));
        assertEquals("must evaluate to bool but got string", refused("'text'").getMessage());
    }

    @Test
    void failsWhereItHasNoValue() {
        assertThrows(ExpressionException.class, () -> evaluate("self.nothing == 1", SELF));
        assertThrows(ExpressionException.class, () -> evaluate("self.name > 3", SELF));
    }

    @Test
    void knowsWhatItReads() throws ExpressionException {
        assertTrue(EXPRESSIONS.condition("self.all(x, x > oldSelf)").uses("oldSelf"));
        assertFalse(EXPRESSIONS.condition("self.oldSelf == 1").uses("oldSelf"));
    }

    @Test
    void endsWhenItTakesTooLong() {
        Map<String, Object> large = Map.of("items", Collections.nCopies(2_000, 1L));
        String source = "self.items.all(a, self.items.all(b, self.items.all(c, a + b + c > 0)))";
        ExpressionException e =
                assertThrows(ExpressionException.class, () -> evaluate(source, large));
        assertTrue(e.getMessage().contains("too many steps"), e.getMessage());
    }

    private static Optional<Object> evaluate(String source, Map<String, Object> self)
            throws ExpressionException {
        return EXPRESSIONS.condition(source).evaluate(Map.of("self", self), new Budget(200_000));
    }

    private static ExpressionException refused(String source) {
        return assertThrows(ExpressionException.class, () -> EXPRESSIONS.condition(source));
    }
}
