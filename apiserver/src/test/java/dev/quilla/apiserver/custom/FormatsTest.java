package dev.quilla.apiserver.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.validation.FieldError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest {

    private static boolean fits(String format, String text) {
        List<FieldError> errors = new ArrayList<>();
        Formats.check(format).orElseThrow().check(text, "spec.field", errors);
        return errors.isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bsonobjectid | 507f1f77bcf86cd799439011 | x",
                "byte | Zm9vZg== | Zm9vZg",
                "creditcard | 4111-1111-1111-1111 | 4111111111111112",
                "date-time | 2020-01-02t03:04:05z | 2020-01-02T03:04Z",
                "date-time | 2020-01-02T03:04:05.1-07:00 | 2020-01-02T24:00:00Z",
                "duration | 2 hours 3 minutes | 1",
                "email | A <a@b.c> | a@b..c",
                "hexcolor | FFF | #FFFF",
                "hostname | 1a.example.com | a_b",
                "hostname | A | 1.2.3.4",
                "isbn10 | 0-321-75104-3 | 032175104X",
                "isbn13 | 978-0321751041 | 9780321751042",
                "k8s-long-name | a.b | a_b",
                "k8s-short-name | a-b | a.b",
                "mac | 0011.2233.4455 | 00:11",
                "rgbcolor | rgb(255, 0,0) | rgb(256,0,0)",
                "ssn | 111-22-3333 | 111223333",
                "uri | /foo | foo",
                "uri | mailto:a@b | http://a b",
                "uuid4 | 550e8400-e29b-41d4-a716-446655440000 | 550e8400-e29b-31d4-a716-446655440000"
            })
    void tellsGoodFromBad(String format, String good, String bad) {
        assertTrue(fits(format, good), good);
        assertTrue(!fits(format, bad), bad);
    }

    @Test
    void readsDurations() {
        assertEquals(Duration.ofSeconds(5_400), Durations.parse("1.5h"));
        assertEquals(Duration.ofDays(15), Durations.parse("2 weeks 1 day"));
        assertEquals(Duration.ofNanos(-1_500), Durations.parse("-1.5us"));
        assertEquals(Duration.ofMillis(5), Durations.parse("5 milliseconds"));
        assertEquals(Duration.ZERO, Durations.parse("0"));
        assertThrows(IllegalArgumentException.class, () -> Durations.parse("1"));
    }

    @Test
    void passesOverWhatItDoesNotKnow() {
        assertTrue(Formats.check("colour").isEmpty());
    }
}
