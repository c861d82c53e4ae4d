From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import generic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The lemma of Schwartz and Zippel: of the s^n points of a box S^n, |S| = s, a nonzero      *)
(* polynomial p of degree d vanishes at no more than d s^(n-1). So what holds for almost all *)
(* points holds at some point of every box with s > d, and at a point drawn uniformly from   *)
(* the box with probability 1 - d/s or more.                                                 *)

(* p as a polynomial in its last variable: monomials, points, coefficients, degrees. *)
Section LastVariable.
Variables (F : fieldType) (n : nat).
Implicit Types (m : 'X_{1..n}) (p : {mpoly F[n.+1]}).

(* v_0, ..., v_(n-1), t *)
Definition extend T (v : 'I_n -> T) (t : T) (i : 'I_n.+1) : T :=
  if unlift ord_max i is Some j then v j else t.

Lemma extend_max T v (t : T) : extend v t ord_max = t.
Proof. by rewrite /extend unlift_none. Qed.

Lemma extend_widen T v (t : T) j : extend v t (widen_ord (leqnSn n) j) = v j.
Proof.
have -> : widen_ord (leqnSn n) j = lift ord_max j by apply/val_inj/esym/lift_max.
by rewrite /extend liftK.
Qed.

Definition extend_monomial m k : 'X_{1..n.+1} := [multinom extend m k i | i < n.+1].

Lemma mdeg_extend m k : mdeg (extend_monomial m k) = (mdeg m + k)%N.
Proof.
rewrite !mdegE big_ord_recr /= mnmE extend_max; congr (_ + _)%N.
by apply: eq_bigr => j _; rewrite mnmE extend_widen.
Qed.

Lemma extend_monomialP (m' : 'X_{1..n.+1}) m k :
  ([multinom m' (widen_ord (leqnSn n) i) | i < n] == m) && (m' ord_max == k)
  = (m' == extend_monomial m k).
Proof.
apply/andP/eqP => [[/eqP <- /eqP <-]|->]; last first.
  by rewrite mnmE extend_max eqxx; split=> //; apply/eqP/mnmP => j; rewrite !mnmE extend_widen.
apply/mnmP => i; rewrite mnmE /extend; case: unliftP => [j|] -> //.
by rewrite mnmE; congr (m' _); apply/val_inj; exact: lift_max.
Qed.

Lemma coef_muni p k m : ((muni p)`_k)@_m = p@_(extend_monomial m k).
Proof.
rewrite muniE coef_sum linear_sum /= [in RHS](mpolyE p) linear_sum /=.
apply: eq_bigr => m' _; rewrite coefZ coefXn mcoeffZ mcoeffX -extend_monomialP eq_sym.
by case: eqP => _; rewrite ?mulr0 ?mcoeff0 ?andbF ?mulr1 ?mcoeffZ ?mcoeffX ?andbT ?mulr0.
Qed.

Lemma muni_neq0 p : p != 0 -> muni p != 0.
Proof.
rewrite -mleadc_eq0; apply: contra => /eqP p0.
set m := mlead p.
have /eqP <- : extend_monomial [multinom m (widen_ord (leqnSn n) i) | i < n] (m ord_max) == m.
  by rewrite eq_sym -extend_monomialP !eqxx.
by rewrite -coef_muni p0 coef0 mcoeff0.
Qed.

(* deg c_k + k <= deg p for the coefficient c_k of the k-th power of the last variable *)
Lemma deg_coef_muni p k : (muni p)`_k != 0 -> ((msize (muni p)`_k).-1 + k < msize p)%N.
Proof.
move=> c0; rewrite -(mlead_deg c0) /= -mdeg_extend msize_mdeg_lt // mcoeff_msupp -coef_muni.
by rewrite mleadc_eq0.
Qed.

Lemma meval_muni p (v : 'I_n -> F) t :
  (map_poly (meval v) (muni p)).[t] = p.@[extend v t].
Proof.
rewrite mevalE muniE rmorph_sum /= horner_sum; apply: eq_bigr => m _.
rewrite map_polyZ map_polyXn hornerZ hornerXn /= mevalZ mevalX -mulrA big_ord_recr /= extend_max.
congr (_ * (_ * _)); apply: eq_bigr => j _.
by rewrite extend_widen mnmE.
Qed.
End LastVariable.

Section SchwartzZippel.
Variables (F : fieldType) (s : nat) (x : 'I_s -> F).
Hypothesis x_inj : injective x.

(* The points of the box where p vanishes. *)
Definition zeros n (p : {mpoly F[n]}) : nat :=
  #|[set f : {ffun 'I_n -> 'I_s} | p.@[fun i => x (f i)] == 0]|.

Lemma zerosE n (p : {mpoly F[n]}) :
  zeros p = (\sum_(f : {ffun 'I_n -> 'I_s}) (p.@[fun i => x (f i)] == 0%R))%N.
Proof.
by rewrite /zeros -sum1dep_card big_mkcond; apply: eq_bigr => f _; case: eqP.
Qed.

Lemma zeros_S n (p : {mpoly F[n.+1]}) :
  zeros p = (\sum_(f : {ffun 'I_n -> 'I_s}) \sum_(t < s)
               ((map_poly (meval (fun i => x (f i))) (muni p)).[x t] == 0%R))%N.
Proof.
rewrite zerosE pair_bigA /=.
pose join (ft : {ffun 'I_n -> 'I_s} * 'I_s) : {ffun 'I_n.+1 -> 'I_s} :=
  [ffun i => extend ft.1 ft.2 i].
pose split (f : {ffun 'I_n.+1 -> 'I_s}) := ([ffun j => f (lift ord_max j)], f ord_max).
rewrite (reindex join) /=; last first.
  exists split => [[f t]|f] _.
    by congr (_, _); [apply/ffunP => j|]; rewrite !ffunE /extend ?liftK ?unlift_none.
  by apply/ffunP => i; rewrite ffunE /extend /=; case: unliftP => [j|] -> //; rewrite ffunE.
apply: eq_bigr => [[f t]] _; rewrite meval_muni; congr (nat_of_bool (_ == _)).
by apply: meval_eq => i; rewrite ffunE /extend /=; case: unliftP.
Qed.

(* A nonzero polynomial of one variable: no more zeros than its degree. *)
Lemma zeros_poly (q : {poly F}) : q != 0 -> (\sum_(t < s) (q.[x t] == 0%R) <= (size q).-1)%N.
Proof.
move=> q0; pose roots := [seq x t | t <- enum [pred t | root q (x t)]].
have -> : (\sum_(t < s) (q.[x t] == 0%R) = size roots)%N.
  rewrite size_map -cardE -sum1_card [RHS]big_mkcond; apply: eq_bigr => t _.
  by rewrite inE rootE; case: eqP.
rewrite -ltnS prednK ?size_poly_gt0 // max_poly_roots // ?map_inj_uniq ?enum_uniq //.
by apply/allP => _ /mapP[t + ->]; rewrite mem_enum inE.
Qed.

(* The lemma of Schwartz and Zippel. *)
Theorem schwartz_zippel n (p : {mpoly F[n]}) :
  p != 0 -> (zeros p * s <= (msize p).-1 * s ^ n)%N.
Proof.
elim: n p => [|n IH] p p0.
  rewrite zerosE big1 // => f _; rewrite {1}[p]nvar0_mpolyC mevalC.
  by move: p0; rewrite {1}[p]nvar0_mpolyC mpolyC_eq0 => /negbTE->.
have q0 := muni_neq0 p0; set q := muni p in q0.
set c := lead_coef q; have c0 : c != 0 by rewrite lead_coef_eq0.
set m := (size q).-1.
(* above one point f of the smaller box *)
have column (f : {ffun 'I_n -> 'I_s}) :
    (\sum_(t < s) ((map_poly (meval (fun i => x (f i))) q).[x t] == 0%R)
     <= s * (c.@[fun i => x (f i)] == 0%R) + m)%N.
  case: eqP => cf.
    apply: (@leq_trans (\sum_(t < s) 1)); first by apply: leq_sum => t _; case: (_ == _).
    by rewrite sum1_card card_ord muln1 leq_addr.
  rewrite muln0 add0n; set qf := map_poly _ q.
  have qf0 : qf != 0.
    apply/eqP => /(congr1 (fun r : {poly F} => r`_m)); rewrite coef0 coef_map => h.
    by apply: cf; rewrite /c lead_coefE.
  apply: leq_trans (zeros_poly qf0) _; rewrite /m -!subn1 leq_sub2r //.
  exact: size_poly.
have zp : (zeros p <= s * zeros c + s ^ n * m)%N.
  rewrite zeros_S zerosE big_distrr /=.
  have -> : (s ^ n * m = \sum_(f : {ffun 'I_n -> 'I_s}) m)%N.
    by rewrite sum_nat_const card_ffun !card_ord.
  by rewrite -big_split /=; apply: leq_sum.
have deg : ((msize c).-1 + m <= (msize p).-1)%N.
  have := deg_coef_muni c0; rewrite -/(lead_coef q) -/c -/m.
  by case: (msize p).
apply: leq_trans (leq_mul zp (leqnn s)) _.
rewrite mulnDl -mulnA (mulnC (zeros c)) mulnA.
apply: (@leq_trans ((msize c).-1 * s ^ n.+1 + m * s ^ n.+1)); last first.
  by rewrite -mulnDl leq_mul2r deg orbT.
apply: leq_add; last by rewrite expnSr mulnA (mulnC m).
by rewrite expnS mulnCA -mulnA leq_mul2l mulnC IH ?orbT.
Qed.

(* A box with more values than the degree has a point where p does not vanish. *)
Corollary nonzero_in_box n (p : {mpoly F[n]}) : p != 0 -> (msize p <= s)%N ->
  exists f : {ffun 'I_n -> 'I_s}, p.@[fun i => x (f i)] != 0.
Proof.
move=> p0 ps; have s0 : (0 < s)%N.
  by apply: leq_trans ps; rewrite lt0n msize_poly_eq0.
apply/existsP; apply: contraT; rewrite negb_exists => /forallP vanish.
have all_zero : zeros p = (s ^ n)%N.
  rewrite zerosE (eq_bigr (fun=> 1%N)) => [|f _]; last by rewrite -[_ == _]negbK vanish.
  by rewrite sum1_card card_ffun !card_ord.
have := schwartz_zippel p0; rewrite all_zero mulnC leq_mul2r expn_eq0 eqn0Ngt s0 /=.
by rewrite leqNgt prednK ?ps // lt0n msize_poly_eq0.
Qed.
End SchwartzZippel.

(* Over an infinite field, given by values g 0, g 1, ... that differ: what holds for almost all *)
(* points holds at a point with coordinates from these values.                                  *)
Corollary almost_all_somewhere (F : fieldType) (g : nat -> F) (n : nat) (P : 'rV[F]_n -> Prop) :
  injective g -> almost_all P -> exists f : 'I_n -> nat, P (\row_i g (f i)).
Proof.
move=> g_inj [p p0 pP]; have x_inj : injective (fun t : 'I_(msize p) => g t).
  by move=> t u /g_inj; apply: val_inj.
have [f pf] := nonzero_in_box x_inj p0 (leqnn _); exists (fun i => val (f i)); apply: pP.
by rewrite (meval_eq (v2 := fun i => g (f i))) // => i; rewrite mxE.
Qed.

(* Over an ordered field: at a point with coordinates 0, 1, 2, ... *)
Corollary almost_all_integers (F : numFieldType) (n : nat) (P : 'rV[F]_n -> Prop) :
  almost_all P -> exists f : 'I_n -> nat, P (\row_i (f i)%:R).
Proof. by apply: almost_all_somewhere => i j /eqP; rewrite eqr_nat => /eqP. Qed.
