package dev.quilla.apiserver.kinds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTagTest {

    private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "web, latest",
        "web:1, 1",
        "web:latest, latest",
        "example.com/team/web, latest",
        "example.com:5000/team/web, latest",
        "example.com:5000/team/web:v1.2-a_b, v1.2-a_b",
        "localhost/a__b/c-d.e, latest",
        "[2001:db8::1]:5000/web:2, 2",
        "Example.com/web, latest",
        "ko://example.com/cmd/web, ''",
        "example.com/Web, ''",
        "web:, ''",
        "' web', ''",
        "web:a/b:c, ''",
        "'', ''",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, ''",
    })
    void isWhatTheReferenceNames(String image, String tag) {
        assertEquals(tag, ImageTag.of(image));
    }

    @ParameterizedTest
    @CsvSource({"web, ''", "web:latest, latest", "example.com/web:1, 1"})
    void aDigestStandsInsteadOfATag(String image, String tag) {
        assertEquals(tag, ImageTag.of(image + DIGEST));
    }
}
