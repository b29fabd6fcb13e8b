// Every pair of operands of a combinational operator against the reference.
module combinational_tb;
  `include "reference.vh"

  reg [`WIDTH-1:0] a, b;
  wire [`RESULT-1:0] o;
  integer checked, wrong;

  `DUT dut(.`A(a), .`B(b), .`O(o));

  initial begin
    checked = 0;
    wrong = 0;
    repeat (1 << 2 * `WIDTH) begin
      {a, b} = checked;
      #1 if (o !== reference(a, b)) wrong = wrong + 1;
      checked = checked + 1;
    end
    $display("checked %0d wrong %0d", checked, wrong);
    $finish;
  end
endmodule
