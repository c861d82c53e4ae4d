From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank formulas of symbolic/formulas.py, written by proofs_check/formal/formulas.py,    *)
(* never by hand. Values are integers, since a formula may subtract; q and the like natural. *)

(* M_1 + ... + M_(L-1) *)
Definition hidden_total (L : nat) (M : nat -> nat) : nat := (\sum_(1 <= k < L) M k)%N.

(* min(M_1, ..., M_(L-1)), and d + K without hidden layers *)
Definition narrowest_hidden (L : nat) (M : nat -> nat) : nat :=
  if (L <= 1)%N then (M 0 + M L)%N else \big[minn/M 1%N]_(1 <= k < L) M k.

(* q *)
Definition q_of (L : nat) (M : nat -> nat) (r : nat) : nat :=
  minn (M L) (minn (narrowest_hidden L M) r).

(* qhat *)
Definition qhat_of (L : nat) (M : nat -> nat) (r s : nat) : nat :=
  minn (M L) (minn (narrowest_hidden L M) (minn r s)).

(* q_bias *)
Definition q_bias_of (L : nat) (M : nat -> nat) (r : nat) : nat :=
  minn (M L) (minn (narrowest_hidden L M) (r + 1)%N).

(* q_centred *)
Definition q_centred_of (L : nat) (M : nat -> nat) (r_aug : nat) : nat :=
  minn (M L) (minn (narrowest_hidden L M) (r_aug - 1)%N).

(* s_cut *)
Definition s_cut_of (L : nat) (M : nat -> nat) (s_aug : nat) : nat :=
  minn (narrowest_hidden L M) s_aug.

(* s_next *)
Definition s_next_of (L : nat) (M : nat -> nat) (s_aug : nat) : nat :=
  minn s_aug ((narrowest_hidden L M) + 1)%N.

(* Singh et al. 2021, Lemma 1: rank of z_matrix == *)
Definition lemma1 (n q rank_c rank_d : nat) : int :=
  rank_c%:Z * q%:Z + rank_d%:Z * n%:Z - rank_c%:Z * rank_d%:Z.

(* Singh et al. 2021, Prop. 2: rank of outer <= *)
Definition prop2_bound (L : nat) (M : nat -> nat) (r : nat) : int :=
  (M L)%:Z * r%:Z.

(* Singh et al. 2021, Thm 3, first equality: rank of a_o == *)
Definition thm3_chain (L : nat) (M : nat -> nat) (r rank_left rank_right : nat) : int :=
  (M L)%:Z * rank_right%:Z + rank_left%:Z * r%:Z - rank_right%:Z * rank_left%:Z.

(* Singh et al. 2021, Thm 3, second equality: rank of a_o == *)
Definition thm3 (L : nat) (M : nat -> nat) (r : nat) : int :=
  (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z).

(* Singh et al. 2021, Cor. 4: rank of outer == *)
Definition cor4 (L : nat) (M : nat -> nat) (r : nat) : int :=
  (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z).

(* Singh et al. 2021, Thm 5: rank of column == *)
Definition thm5 (L : nat) (M : nat -> nat) (r s l : nat) : int :=
  if (l == 1)%N then (qhat_of L M r s)%:Z * s%:Z + (qhat_of L M r s)%:Z * (M 1%N)%:Z -
    (qhat_of L M r s)%:Z ^+ 2
  else if (L == l)%N then (qhat_of L M r s)%:Z * s%:Z + (qhat_of L M r s)%:Z * (M (L - 1)%N)%:Z -
    (qhat_of L M r s)%:Z ^+ 2
  else (qhat_of L M r s)%:Z * (M (l - 1)%N)%:Z + (qhat_of L M r s)%:Z * (M l)%:Z -
    (qhat_of L M r s)%:Z ^+ 2.

(* Singh et al. 2021, Cor. 6: rank of functional <= *)
Definition cor6 (L : nat) (M : nat -> nat) (r s : nat) : int :=
  2%:Z * (hidden_total L M)%:Z * (qhat_of L M r s)%:Z + 2%:Z * (qhat_of L M r s)%:Z * s%:Z -
    L%:Z * (qhat_of L M r s)%:Z ^+ 2.

(* Singh et al. 2021, Cor. 6: rank of functional == *)
Definition cor6_two_layers (L : nat) (M : nat -> nat) (r s : nat) : int :=
  2%:Z * (hidden_total L M)%:Z * (qhat_of L M r s)%:Z + 2%:Z * (qhat_of L M r s)%:Z * s%:Z -
    L%:Z * (qhat_of L M r s)%:Z ^+ 2.

(* Singh et al. 2021, Sec. 4.4: rank of loss <= *)
Definition overall (L : nat) (M : nat -> nat) (r s : nat) : int :=
  2%:Z * (hidden_total L M)%:Z * (q_of L M r)%:Z + 2%:Z * (q_of L M r)%:Z * s%:Z +
    (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z) - L%:Z * (q_of L M r)%:Z ^+ 2.

(* Singh et al. 2021, Fact 7: rank of loss == *)
Definition fact7 (L : nat) (M : nat -> nat) (r : nat) : int :=
  2%:Z * (hidden_total L M)%:Z * (q_of L M r)%:Z + (q_of L M r)%:Z * ((M L)%:Z + r%:Z) -
    L%:Z * (q_of L M r)%:Z ^+ 2.

(* Singh et al. 2021, Sec. 4.4: rank of overlap == *)
Definition overlap (L : nat) (M : nat -> nat) (r s : nat) : int :=
  2%:Z * (q_of L M r)%:Z * s%:Z - (q_of L M r)%:Z ^+ 2.

(* Singh et al. 2021, Sec. 4.4: rank of deficiency == *)
Definition deficiency (L : nat) (M : nat -> nat) (r : nat) : int :=
  (\sum_(0 <= i < L) (((M (i + 1)%N)%:Z - (q_of L M r)%:Z) * ((M i)%:Z - (q_of L M r)%:Z))).

(* this project: rank of flag == *)
Definition tensor_flag (u v : nat -> nat) (n : nat) : int :=
  (\sum_(1 <= i < (n + 1)%N) ((u i)%:Z * (v i)%:Z)) -
    (\sum_(1 <= i < n) ((u i)%:Z * (v (i + 1)%N)%:Z)).

(* this project: rank of a_o == *)
Definition a_o_chain (L : nat) (a b : nat -> nat) : int :=
  (\sum_(1 <= l < (L + 1)%N) ((a l)%:Z * (b (l - 1)%N)%:Z)) -
    (\sum_(1 <= l < L) ((a l)%:Z * (b l)%:Z)).

(* this project: rank of jacobian == *)
Definition jacobian_chain (L : nat) (a b : nat -> nat) : int :=
  (\sum_(1 <= l < (L + 1)%N) ((a l)%:Z * (b (l - 1)%N)%:Z)) -
    (\sum_(1 <= l < L) ((a l)%:Z * (b l)%:Z)).

(* this project: rank of outer == *)
Definition outer_generic (L : nat) (M : nat -> nat) (r : nat) : int :=
  (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z).

(* this project: rank of outer <= *)
Definition outer_bound (L : nat) (M : nat -> nat) (r : nat) : int :=
  (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z).

(* this project: rank of column == *)
Definition column_generic (L : nat) (M : nat -> nat) (r s l : nat) : int :=
  if (L == 1)%N then 0%:Z
  else if (l == 1)%N then (qhat_of L M r s)%:Z * s%:Z + (qhat_of L M r s)%:Z * (M 1%N)%:Z -
    (qhat_of L M r s)%:Z ^+ 2
  else if (L == l)%N then (qhat_of L M r s)%:Z * s%:Z + (qhat_of L M r s)%:Z * (M (L - 1)%N)%:Z -
    (qhat_of L M r s)%:Z ^+ 2
  else (qhat_of L M r s)%:Z * (M (l - 1)%N)%:Z + (qhat_of L M r s)%:Z * (M l)%:Z -
    (qhat_of L M r s)%:Z ^+ 2.

(* this project: rank of column <= *)
Definition column_bound (L : nat) (M : nat -> nat) (r s l : nat) : int :=
  if (L == 1)%N then 0%:Z
  else if (l == 1)%N then (qhat_of L M r s)%:Z * s%:Z + (qhat_of L M r s)%:Z * (M 1%N)%:Z -
    (qhat_of L M r s)%:Z ^+ 2
  else if (L == l)%N then (qhat_of L M r s)%:Z * s%:Z + (qhat_of L M r s)%:Z * (M (L - 1)%N)%:Z -
    (qhat_of L M r s)%:Z ^+ 2
  else (qhat_of L M r s)%:Z * (M (l - 1)%N)%:Z + (qhat_of L M r s)%:Z * (M l)%:Z -
    (qhat_of L M r s)%:Z ^+ 2.

(* this project: rank of functional == *)
Definition functional_generic (L : nat) (M : nat -> nat) (r s : nat) : int :=
  if (L == 1)%N then 0%:Z
  else 2%:Z * (hidden_total L M)%:Z * (qhat_of L M r s)%:Z + 2%:Z * (qhat_of L M r s)%:Z * s%:Z -
    L%:Z * (qhat_of L M r s)%:Z ^+ 2.

(* this project: rank of functional <= *)
Definition functional_bound (L : nat) (M : nat -> nat) (r s : nat) : int :=
  if (L == 1)%N then 0%:Z
  else 2%:Z * (hidden_total L M)%:Z * (qhat_of L M r s)%:Z + 2%:Z * (qhat_of L M r s)%:Z * s%:Z -
    L%:Z * (qhat_of L M r s)%:Z ^+ 2.

(* this project: rank of loss == *)
Definition loss_generic (L : nat) (M : nat -> nat) (r s : nat) : int :=
  2%:Z * (hidden_total L M)%:Z * (qhat_of L M r s)%:Z +
    (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z) -
    (qhat_of L M r s)%:Z ^+ 2 * (L%:Z - 1%:Z).

(* this project: rank of loss <= *)
Definition loss_bound (L : nat) (M : nat -> nat) (r s : nat) : int :=
  2%:Z * (hidden_total L M)%:Z * (qhat_of L M r s)%:Z +
    (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z) -
    (qhat_of L M r s)%:Z ^+ 2 * (L%:Z - 1%:Z).

(* this project: rank of overlap_generic == *)
Definition overlap_generic (L : nat) (M : nat -> nat) (r s : nat) : int :=
  2%:Z * (qhat_of L M r s)%:Z * s%:Z - (qhat_of L M r s)%:Z ^+ 2.

(* Singh et al. 2021, Thm 12: rank of outer <= *)
Definition thm12 (L : nat) (M : nat -> nat) (r : nat) : int :=
  (M L)%:Z + (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z).

(* Singh et al. 2021, Sec. 7.2, after Thm 12: rank of outer == *)
Definition thm12_remark (L : nat) (M : nat -> nat) (r : nat) : int :=
  (M L)%:Z + (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z).

(* Singh et al. 2021, Fact 13: rank of loss == *)
Definition fact13 (L : nat) (M : nat -> nat) (r : nat) : int :=
  L%:Z * (q_bias_of L M r)%:Z + 2%:Z * (hidden_total L M)%:Z * (q_bias_of L M r)%:Z +
    (q_bias_of L M r)%:Z * ((M L)%:Z + r%:Z) - L%:Z * (q_bias_of L M r)%:Z ^+ 2.

(* Singh et al. 2021, Sec. 7.2: rank of deficiency == *)
Definition fact13_deficiency (L : nat) (M : nat -> nat) (r : nat) : int :=
  (\sum_(0 <= i < L) (((M (i + 1)%N)%:Z - (q_bias_of L M r)%:Z) * ((M i)%:Z + 1%:Z -
    (q_bias_of L M r)%:Z))).

(* this project: rank of outer == *)
Definition outer_bias_generic (L : nat) (M : nat -> nat) (r_aug : nat) : int :=
  (M L)%:Z + (q_centred_of L M r_aug)%:Z * ((M L)%:Z + r_aug%:Z - (q_centred_of L M r_aug)%:Z -
    1%:Z).

(* this project: rank of outer <= *)
Definition outer_bias_bound (L : nat) (M : nat -> nat) (r_aug : nat) : int :=
  (M L)%:Z + (q_centred_of L M r_aug)%:Z * ((M L)%:Z + r_aug%:Z - (q_centred_of L M r_aug)%:Z -
    1%:Z).

(* this project: rank of functional == *)
Definition functional_bias_generic (L : nat) (M : nat -> nat) (m s_aug e : nat) : int :=
  if (L == 1)%N then 0%:Z
  else 2%:Z * (hidden_total L M)%:Z * (s_cut_of L M s_aug)%:Z +
    2%:Z * (s_cut_of L M s_aug)%:Z * s_aug%:Z + e%:Z * ((s_cut_of L M s_aug)%:Z * (L%:Z - 2%:Z) +
    (2%:Z * (s_next_of L M s_aug)%:Z - 2%:Z * (s_cut_of L M s_aug)%:Z) * (\sum_((m + 1)%N <= i < L)
    ((M i)%:Z - (narrowest_hidden L M)%:Z))) - L%:Z * (s_cut_of L M s_aug)%:Z ^+ 2.

(* this project: rank of functional <= *)
Definition functional_bias_bound (L : nat) (M : nat -> nat) (m s_aug e : nat) : int :=
  if (L == 1)%N then 0%:Z
  else 2%:Z * (hidden_total L M)%:Z * (s_cut_of L M s_aug)%:Z +
    2%:Z * (s_cut_of L M s_aug)%:Z * s_aug%:Z + e%:Z * ((s_cut_of L M s_aug)%:Z * (L%:Z - 2%:Z) +
    (2%:Z * (s_next_of L M s_aug)%:Z - 2%:Z * (s_cut_of L M s_aug)%:Z) * (\sum_((m + 1)%N <= i < L)
    ((M i)%:Z - (narrowest_hidden L M)%:Z))) - L%:Z * (s_cut_of L M s_aug)%:Z ^+ 2.

(* this project: rank of loss == *)
Definition loss_bias_generic (L : nat) (M : nat -> nat) (m r_aug s_aug e : nat) : int :=
  (M L)%:Z + 2%:Z * (hidden_total L M)%:Z * (s_cut_of L M s_aug)%:Z + (q_centred_of L M r_aug)%:Z *
    ((M L)%:Z + r_aug%:Z - (q_centred_of L M r_aug)%:Z - 1%:Z) + e%:Z *
    ((s_cut_of L M s_aug)%:Z * (L%:Z - 1%:Z) + (2%:Z * (s_next_of L M s_aug)%:Z -
    2%:Z * (s_cut_of L M s_aug)%:Z) * (\sum_((m + 1)%N <= i < L) ((M i)%:Z -
    (narrowest_hidden L M)%:Z))) - (s_cut_of L M s_aug)%:Z ^+ 2 * (L%:Z - 1%:Z).

(* this project: rank of loss <= *)
Definition loss_bias_bound (L : nat) (M : nat -> nat) (m r_aug s_aug e : nat) : int :=
  (M L)%:Z + 2%:Z * (hidden_total L M)%:Z * (s_cut_of L M s_aug)%:Z + (q_centred_of L M r_aug)%:Z *
    ((M L)%:Z + r_aug%:Z - (q_centred_of L M r_aug)%:Z - 1%:Z) + e%:Z *
    ((s_cut_of L M s_aug)%:Z * (L%:Z - 1%:Z) + (2%:Z * (s_next_of L M s_aug)%:Z -
    2%:Z * (s_cut_of L M s_aug)%:Z) * (\sum_((m + 1)%N <= i < L) ((M i)%:Z -
    (narrowest_hidden L M)%:Z))) - (s_cut_of L M s_aug)%:Z ^+ 2 * (L%:Z - 1%:Z).
