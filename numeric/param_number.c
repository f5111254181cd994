/* Decimal numbers: read strictly, written as the shortest text that reads back. */
#include "numeric/param_text.h"

#include <ctype.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPONENT_LIMIT = 100000, DECIMAL_EXPONENT_MAX = 400 };

/* The parts of a number's text. */
struct number {
    bool negative;
    const char *digits; /* first character after the sign */
    size_t n_digits;    /* characters of the mantissa, the point included */
    long exponent;      /* as written after e, clamped to +-EXPONENT_LIMIT */
};

static bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_digits(const char *s) {
    while (isdigit((unsigned char)*s))
        s++;
    return s;
}

static bool scan_exponent(const char **s, long *out) {
    const char *p = *s + 1;
    bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    if (!isdigit((unsigned char)*p))
        return false;
    long e = 0;
    for (; isdigit((unsigned char)*p); p++)
        if (e < EXPONENT_LIMIT)
            e = e * 10 + (*p - '0');
    *out = negative ? -e : e;
    *s = p;
    return true;
}

static bool scan_number(const char *text, struct number *out) {
    const char *s = text;
    while (blank(*s))
        s++;
    *out = (struct number){.negative = *s == '-'};
    if (*s == '-' || *s == '+')
        s++;
    out->digits = s;
    const char *whole_end = skip_digits(s);
    const char *end = *whole_end == '.' ? skip_digits(whole_end + 1) : whole_end;
    size_t n = (size_t)(end - s);
    if (n == 0 || (n == 1 && *s == '.'))
        return false;
    out->n_digits = n;
    if ((*end == 'e' || *end == 'E') && !scan_exponent(&end, &out->exponent))
        return false;
    while (blank(*end))
        end++;
    return *end == 0;
}

/* In the "C" locale, whatever the program's. */
static double read_double(const char *text) {
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* glibc: a static object */
    return c ? strtod_l(text, NULL, c) : strtod(text, NULL);
}

static bool all_zero(const struct number *number) {
    for (size_t i = 0; i < number->n_digits; i++)
        if (number->digits[i] != '0' && number->digits[i] != '.')
            return false;
    return true;
}

enum td_number_class td_number_parse(const char *text, double *out) {
    struct number number;
    if (!scan_number(text, &number))
        return TD_NUMBER_NONE;
    *out = read_double(text);
    if (!isfinite(*out))
        return TD_NUMBER_BIG;
    if (*out == 0 && !all_zero(&number))
        return TD_NUMBER_TINY;
    return TD_NUMBER_OK;
}

/* The mantissa from its first to its last digit that is not zero, and the power of ten of the last
   one; digits beyond TD_DECIMAL_DIGITS are only counted. */
struct significant {
    td_int128 m;
    size_t n; /* 0: the number is zero */
    long e;
};

static struct significant significant_digits(const struct number *number) {
    struct significant out = {0};
    const char *point = memchr(number->digits, '.', number->n_digits);
    size_t whole = point ? (size_t)(point - number->digits) : number->n_digits;
    size_t end = number->n_digits; /* one past the last digit that is not zero */
    while (end > 0 && (number->digits[end - 1] == '0' || number->digits[end - 1] == '.'))
        end--;
    for (size_t i = 0; i < end; i++) {
        char c = number->digits[i];
        if (c == '.' || (c == '0' && out.n == 0))
            continue;
        if (++out.n <= TD_DECIMAL_DIGITS)
            out.m = out.m * 10 + (c - '0');
    }
    if (out.n)
        out.e = number->exponent + (end <= whole ? (long)(whole - end) : -(long)(end - whole - 1));
    return out;
}

bool td_decimal_parse(const char *text, struct td_decimal *out) {
    struct number number;
    if (!scan_number(text, &number))
        return false;
    struct significant digits = significant_digits(&number);
    if (digits.n > TD_DECIMAL_DIGITS || labs(digits.e) > DECIMAL_EXPONENT_MAX)
        return false;
    out->m = number.negative ? -digits.m : digits.m;
    out->e = (int)digits.e;
    return true;
}

enum td_number_class td_integer_parse(const char *text, int64_t *out) {
    struct number number;
    if (!scan_number(text, &number))
        return TD_NUMBER_NONE;
    struct significant digits = significant_digits(&number);
    if (digits.n && digits.e < 0)
        return TD_NUMBER_BROKEN;
    if (digits.n > TD_DECIMAL_DIGITS)
        return TD_NUMBER_BIG;
    td_int128 value = digits.m, most = (td_int128)INT64_MAX + number.negative;
    for (long e = digits.e; e > 0 && value != 0; e--) {
        if (value > most / 10)
            return TD_NUMBER_BIG;
        value *= 10;
    }
    if (value > most)
        return TD_NUMBER_BIG;
    *out = (int64_t)(number.negative ? -value : value);
    return TD_NUMBER_OK;
}

double td_decimal_ratio(struct td_decimal num, int64_t d) {
    td_int128 most = 1;
    for (int i = 0; i < 36; i++)
        most *= 10;
    bool negative = num.m < 0;
    td_int128 m = negative ? -num.m : num.m;
    if (m == 0)
        return 0;
    while (m % d != 0 && m < most) { /* as many digits of the quotient as fit */
        m *= 10;
        num.e--;
    }
    td_int128 quotient = (m + d / 2) / d;
    char digits[48], text[80];
    size_t at = sizeof digits;
    digits[--at] = 0;
    for (; quotient > 0; quotient /= 10)
        digits[--at] = (char)('0' + (int)(quotient % 10));
    snprintf(text, sizeof text, "%s%se%d", negative ? "-" : "", digits + at, num.e);
    return read_double(text);
}

/* Decimal digits of a positive finite x rounded to p of them, and the power of ten of the first. */
static void round_to_digits(double x, int p, char digits[20], int *exponent) {
    char text[40];
    snprintf(text, sizeof text, "%.*e", p - 1, x);
    int n = 0;
    const char *s = text;
    for (; *s && *s != 'e'; s++) /* skips the decimal point, whatever the locale's is */
        if (isdigit((unsigned char)*s) && n < 19)
            digits[n++] = *s;
    digits[n] = 0;
    *exponent = *s == 'e' ? atoi(s + 1) : 0;
}

static double from_digits(const char *digits, int exponent) {
    char text[48];
    snprintf(text, sizeof text, "%se%d", digits, exponent - (int)strlen(digits) + 1);
    return read_double(text);
}

/* The fewest digits whose value lies within `tolerance` of x > 0; returns that value. From DBL_DIG
   on is enough for normal numbers: with fewer, the digits beyond come out as zeros. */
static double fewest_digits(double x, double tolerance, char digits[20], int *exponent) {
    double value = x;
    for (int p = x < DBL_MIN ? 1 : DBL_DIG; p <= DBL_DECIMAL_DIG; p++) {
        round_to_digits(x, p, digits, exponent);
        value = from_digits(digits, *exponent);
        if (isfinite(value) && fabs(value - x) <= tolerance)
            break;
    }
    for (size_t n = strlen(digits); n > 1 && digits[n - 1] == '0'; n--)
        digits[n - 1] = 0;
    return value;
}

double td_number_snap(double x) {
    if (!isfinite(x) || x == 0)
        return x;
    enum { ULPS = 2, SAVED_DIGITS = 2 }; /* a digit less is no sign of a number one would write */
    char digits[20], exact[20];
    int exponent;
    double size = fabs(x);
    double ulp = size - nextafter(size, 0);
    double snapped = fewest_digits(size, ULPS * ulp, digits, &exponent);
    fewest_digits(size, 0, exact, &exponent);
    bool shorter = strlen(digits) + SAVED_DIGITS <= strlen(exact);
    return shorter && isfinite(snapped) ? copysign(snapped, x) : x;
}

/* digits with the first at 10^exponent, written without exponent part. */
static void write_plain(const char *digits, int exponent, char *out) {
    int n = (int)strlen(digits);
    if (exponent < 0) {
        *out++ = '0';
        *out++ = '.';
        for (int i = -1; i > exponent; i--)
            *out++ = '0';
        strcpy(out, digits);
        return;
    }
    for (int i = 0; i < n || i <= exponent; i++) {
        if (i == exponent + 1)
            *out++ = '.';
        *out++ = i < n ? digits[i] : '0';
    }
    *out = 0;
}

const char *td_number_text(double x, char *buffer) {
    if (!isfinite(x))
        return strcpy(buffer, isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
    char *out = buffer;
    if (signbit(x))
        *out++ = '-';
    if (x == 0) {
        strcpy(out, "0");
        return buffer;
    }
    char digits[20];
    int exponent;
    fewest_digits(fabs(x), 0, digits, &exponent);
    if (exponent >= -4 && fabs(x) <= 1e15) {
        write_plain(digits, exponent, out);
        return buffer;
    }
    *out++ = digits[0];
    if (digits[1])
        out += sprintf(out, ".%s", digits + 1);
    sprintf(out, "e%d", exponent);
    return buffer;
}
