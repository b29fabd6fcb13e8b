// Mitchell's equations on integers, without logarithms: with n = 2^k + m, the scaled fractions
// x1 = m1 2^k2 and x2 = m2 2^k1 have the common unit 2^-(k1+k2).
function [63:0] power_below(input [63:0] n);  // 2^k
  begin
    power_below = 64'd1 << 63;
    while (power_below > n) power_below = power_below >> 1;
  end
endfunction

function [63:0] magnitude(input [`WIDTH-1:0] n);
  magnitude = `SIGNED && n[`WIDTH-1] ? (64'd1 << `WIDTH) - n : n;
endfunction

function [63:0] multiply(input [63:0] a, input [63:0] b);
  reg [63:0] one, x;
  begin
    one = power_below(a) * power_below(b);
    x = (a - power_below(a)) * power_below(b) + (b - power_below(b)) * power_below(a);
    multiply = a == 0 || b == 0 ? 0 : x < one ? one + x : 2 * x;
  end
endfunction

function [63:0] divide(input [63:0] n, input [63:0] d);
  reg [63:0] one, x1, x2, unit;
  begin
    one = power_below(n) * power_below(d);
    x1 = (n - power_below(n)) * power_below(d);
    x2 = (d - power_below(d)) * power_below(n);
    unit = power_below(d) * power_below(d);
    divide = n == 0 ? 0 : x1 >= x2 ? ((one + x1 - x2) << `F) / unit : ((2 * one + x1 - x2) << `F) / (2 * unit);
  end
endfunction

function [`RESULT-1:0] reference(input [`WIDTH-1:0] a, input [`WIDTH-1:0] b);
  reg negative;
  reg [63:0] r, largest;
  begin
    negative = `SIGNED && (a[`WIDTH-1] ^ b[`WIDTH-1]);
    largest = (64'd1 << `RESULT - `SIGNED) - 1;
    if (`DIVIDES && b == 0) reference = ~0;
    else begin
      r = `DIVIDES ? divide(magnitude(a), magnitude(b)) : multiply(magnitude(a), magnitude(b));
      if (`DIVIDES && !negative && r > largest) r = largest;
      reference = negative ? -r : r;
    end
  end
endfunction
