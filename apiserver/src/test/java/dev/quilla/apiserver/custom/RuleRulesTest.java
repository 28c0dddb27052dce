package dev.quilla.apiserver.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleRulesTest {

    private static final Pattern FACTOR =
            Pattern.compile("estimated rule cost exceeds .* factor of (.*x) \\(");

    private final Expressions expressions = new Expressions(RuleChecks.VARIABLES);

    private List<FieldError> check(String properties, String rule) {
        String schema =
                "{type: object, properties: {%s}, x-kubernetes-validations: [{rule: \"%s\"}]}"
                        .formatted(properties, rule);
        return RuleRules.check(expressions, YamlCodec.readAll(schema).getFirst(), "schema");
    }

    /** By how much the one rule costs too much; nothing if it doesn't. */
    private String factor(String properties, String rule) {
        for (FieldError error : check(properties, rule)) {
            Matcher factor = FACTOR.matcher(error.detail());
            if (factor.find()) {
                return factor.group(1);
            }
        }
        return "";
    }

    /** The factors are those that kube-apiserver 1.36 tells for the same schemas. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "l: {type: array, items: {type: string}} | self.l.all(x, x == 'a') | ``",
                "l: {type: array, items: {type: string}} | self.l.all(x, self.l.all(y, x == y)) |"
                        + " more than 100x",
                "s: {type: string} | self.s.split(',').all(x, x.contains('a')) | 1.321205x",
                "l: {type: array, items: {type: integer}} |"
                        + " self.l.filter(x, x > 1).map(y, y + 1).exists(z, z > 2) | 5.5x",
                "l: {type: array, items: {type: string}} | self.l.all(x, x in ['a','b','c']) | 1.8x",
                "l: {type: array, maxItems: 32, items: {type: object, properties: {name: {type:"
                        + " string}}}} |"
                        + " self.l.all(x, self.l.exists_one(y, y.name == x.name)) | 32.2x",
                "l: {type: array, maxItems: 32, items: {type: object, properties: {name: {type:"
                        + " string, maxLength: 63}}}} |"
                        + " self.l.all(x, self.l.exists_one(y, y.name == x.name)) | ``",
                "l: {type: array, items: {type: string}} |"
                        + " self.l.all(x, quantity(x).isGreaterThan(quantity('1'))) | more than"
                        + " 100x",
                "s: {type: string} | self.s.matches('^[a-z]+$') | ``",
                "l: {type: array, maxItems: 100, items: {type: string, format: date-time}} |"
                        + " self.l.all(x, self.l.all(y, x == y)) | ``",
                "l: {type: array, maxItems: 25, items: {type: string, maxLength: 43}} |"
                        + " self.l.all(x, isCIDR(x) && cidr(x) == cidr(x).masked()) | ``",
                "s: {type: string, maxLength: 63} |"
                        + " format.dns1123Label().validate(self.s) == null | ``",
                "s: {type: string} | format.dns1123Label().validate(self.s) == null | 1.006634x",
                "l: {type: array, maxItems: 1000, items: {type: string, maxLength: 43}} |"
                        + " self.l.all(x, self.l.all(y, ip(x) == ip(y))) | 4.2x"
            })
    void costsAreEstimatedAsKubernetesDoes(String properties, String rule, String factor) {
        assertEquals(factor, factor(properties, rule));
    }

    @Test
    void rulesAreAskedAsOftenAsTheirPlaceCanBeThere() {
        String rule = "x-kubernetes-validations: [{rule: \"self.contains('a')\"}]";
        String few = "l: {type: array, maxItems: 100, items: {type: string, maxLength: 100, %s}}";
        String many = "l: {type: array, items: {type: array, items: {type: string, %s}}}";
        assertEquals(List.of(), check(few.formatted(rule), "true"));
        assertEquals("more than 100x", factor(many.formatted(rule), "true"));
    }

    @Test
    void knowsTheTypesOfFields() {
        String properties =
                "crew: {type: integer}, free: {x-kubernetes-preserve-unknown-fields: true}";
        assertEquals(List.of(), check(properties, "self.crew > 1 && self.crew > 1.5"));
        for (String wrong : List.of("self.crew == 'x'", "self.mast > 1", "has(self.free)")) {
            List<FieldError> errors = check(properties, wrong);
            assertEquals(1, errors.size(), wrong);
            assertEquals("schema.x-kubernetes-validations[0].rule", errors.getFirst().field());
        }
    }

    @Test
    void aFieldIsFoundByDotsAndBrackets() {
        SchemaNode node =
                SchemaParser.node(
                        YamlCodec.readAll(
                                        "{type: object, properties: {a-b: {type: object,"
                                                + " additionalProperties: {type: object,"
                                                + " properties: {c: {type: string}}}}}}")
                                .getFirst());
        assertEquals(".a-b[x].c", FieldPath.parse(".a-b.x.c", node).orElse(""));
        assertEquals(".a-b[x y].c", FieldPath.parse("['a-b']['x y'].c", node).orElse(""));
        for (String wrong : List.of("a-b", ".b", ".a-b[0]", "..a-b", ".a-b.x.d", ".a-b\n")) {
            assertEquals("", FieldPath.parse(wrong, node).orElse(""), wrong);
        }
    }
}
